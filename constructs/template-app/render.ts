/** @module The objects of an application that is deployed. */
import { ApiObject } from 'cdk8s';
import { checkInteger, checkObject } from '../check';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import type { Peer, PortRule } from '../network';
import type { ServingProps, TemplateApp } from '../template-app';
import { allowEgress, checkPeers, policyName } from './access';
import { autoscalerSpec, budgetSpec, deploymentSpec, serviceSpec } from './deployment';
import { resolveIngress } from './ingress';
import type { TemplateSource } from './source';

/** The objects; what was not asked for is not there. */
export interface RenderedApp {
  readonly deployment: ApiObject;
  readonly service?: ApiObject;
  readonly ingress?: ApiObject;
  readonly autoscaler?: ApiObject;
  readonly disruptionBudget?: ApiObject;
}

const DEFAULT_REPLICAS = 2;

/** Makes the objects below the application. */
export function renderApp(
  app: TemplateApp,
  props: ServingProps,
  source: TemplateSource | undefined,
): RenderedApp {
  const { project, name, selector, ports } = app;
  checkShapes(app, props);
  const { autoscaling, metadata } = props;
  const replicas =
    checkInteger(app, 'replicas', props.replicas) ?? source?.replicas ?? DEFAULT_REPLICAS;
  if (autoscaling && props.replicas !== undefined) {
    throw invalid(app, {
      prop: 'replicas',
      rule: `must not be given beside 'autoscaling', which sets them`,
      received: props.replicas,
      fix: `Write autoscaling: { minReplicas: ${replicas}, … } and leave 'replicas' out`,
    });
  }
  const least = autoscaling ? (autoscaling.minReplicas ?? 2) : replicas;
  const labelled = project.objectMetadata('app', name, metadata);
  const make = (id: string, apiVersion: string, kind: string, spec: object, annotations = {}) =>
    new ApiObject(app, id, {
      apiVersion,
      kind,
      metadata: project.objectMetadata('app', name, { labels: metadata?.labels, annotations }),
      spec,
    });

  const deployment = new ApiObject(app, 'Default', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: labelled,
    spec: deploymentSpec(
      app.pod,
      {
        selector,
        labels: { ...source?.labels, ...labelled.labels, ...described(source?.labels) },
        annotations: source?.annotations,
        strategy: source?.strategy,
        rollout: source?.rollout,
        replicas: autoscaling ? undefined : replicas,
      },
      least > 1,
    ),
  });
  const service =
    ports.length > 0 ? make('service', 'v1', 'Service', serviceSpec(selector, ports)) : undefined;
  const ingress = props.ingress && resolveIngress(app, name, props.ingress, ports);
  const budget = props.disruptionBudget ?? (least > 1 ? {} : false);
  allowClients(app, props.clients);
  allowEgress(app, project, name, selector, app.egress);
  if (ingress) allowIn(app, 'ingress', [ingress.controller], [ingress.port]);
  return compact({
    deployment,
    service,
    ingress:
      ingress &&
      make('ingress', 'networking.k8s.io/v1', 'Ingress', ingress.spec, ingress.annotations),
    autoscaler:
      autoscaling &&
      make(
        'autoscaler',
        'autoscaling/v2',
        'HorizontalPodAutoscaler',
        autoscalerSpec(app, name, autoscaling),
      ),
    disruptionBudget: budget
      ? make(
          'disruption-budget',
          'policy/v1',
          'PodDisruptionBudget',
          budgetSpec(app, selector, budget),
        )
      : undefined,
  });
}

/** What a file's pods are called by their own rules for spreading, which must go on finding them. */
function described(labels: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => key.startsWith('app.kubernetes.io/')),
  );
}

function checkShapes(app: TemplateApp, props: ServingProps): void {
  const { autoscaling, disruptionBudget, ingress } = props;
  const budget = disruptionBudget === false ? undefined : disruptionBudget;
  const given = { ingress, autoscaling, disruptionBudget: budget };
  for (const [prop, value] of Object.entries(given)) {
    if (value !== undefined) checkObject(app, prop, value, SHAPES[prop as keyof typeof SHAPES]);
  }
}

const SHAPES = {
  ingress: `{ host: 'shop.example.com' }`,
  autoscaling: '{ maxReplicas: 5 }',
  disruptionBudget: '{ maxUnavailable: 1 }',
};

/** Lets clients reach the ports; clients of the project itself need their way out as well. */
function allowClients(app: TemplateApp, given: readonly Peer[] | undefined): void {
  const none = Array.isArray(given) && given.length === 0;
  if (given !== undefined && !none) checkPeers(app, 'clients', given);
  const clients = given ?? [{ pods: {} }];
  if (none || (given === undefined && app.ports.length === 0)) return;
  if (app.ports.length === 0) {
    throw invalid(app, {
      prop: 'clients',
      rule: `needs ports to connect to, and 'ports' has none`,
      received: given,
      fix: `Add ports: [8080], or leave 'clients' out`,
    });
  }
  allowIn(app, 'clients', clients, app.ports);
  clients.forEach((client, index) => {
    if (!('pods' in client) || 'namespace' in client) return;
    app.project.allow(
      {
        name: policyName(app.name, index === 0 ? 'from-own' : `from-own-${index}`),
        direction: 'egress',
        select: client.pods,
        peers: [{ pods: app.selector }],
        ports: portRules(app.ports),
      },
      app,
    );
  });
}

function allowIn(
  app: TemplateApp,
  from: string,
  peers: readonly Peer[],
  ports: TemplateApp['ports'],
): void {
  app.project.allow(
    {
      name: policyName(app.name, `from-${from}`),
      direction: 'ingress',
      select: app.selector,
      peers,
      ports: portRules(ports),
    },
    app,
  );
}

function portRules(ports: TemplateApp['ports']): readonly PortRule[] {
  return ports.map(({ port, protocol }) => ({ port, protocol }));
}
