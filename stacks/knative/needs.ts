/** @module What each object of a release needs: it is made after that, and deleted before it. */
import { identityOf, type KubeObject } from '../kube-object';
import { allObjects, type PreparedRelease } from '../prepare/release';

/** Identities by identity. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** What each object needs of its own release. */
export function needsOf(release: PreparedRelease): Needs {
  return new Map(
    allObjects(release).map((object) => {
      const needed = RULES.flatMap((rule) => rule(object, release));
      return [identityOf(object), [...new Set(needed.map(identityOf))]];
    }),
  );
}

/**
 * The objects so that each comes after what it needs, otherwise as they are.
 *
 * Pods of some workloads are only ready when those of another one are. That is no edge, for they can start at
 * the same time; they come later, so that an engine that makes one thing at a time does not wait for ever.
 */
export function inOrder(objects: readonly KubeObject[], needs: Needs): KubeObject[] {
  const late = (object: KubeObject) => READY_AFTER_OTHERS.has(identityOf(object));
  const open = new Map(
    [...objects.filter((one) => !late(one)), ...objects.filter(late)].map((one) => [
      identityOf(one),
      one,
    ]),
  );
  const ordered: KubeObject[] = [];
  const take = (identity: string) => {
    const object = open.get(identity);
    if (object !== undefined) {
      open.delete(identity);
      for (const need of needs.get(identity) ?? []) {
        take(need);
      }
      ordered.push(object);
    }
  };
  for (const identity of [...open.keys()]) {
    take(identity);
  }
  return ordered;
}

/** The Services that a webhook configuration calls, and the workloads behind them. */
export function serversOf(webhook: KubeObject, { objects }: PreparedRelease): KubeObject[] {
  const called = (webhook as unknown as WebhookConfiguration).webhooks.map(
    ({ clientConfig }) => clientConfig.service,
  );
  const services = objects.filter(
    ({ kind, metadata }) =>
      kind === 'Service' &&
      called.some((one) => one?.name === metadata.name && one.namespace === metadata.namespace),
  );
  const workloads = services.flatMap((service) => workloadsOf(service, objects));
  return [...services, ...workloads];
}

interface WebhookConfiguration {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly service?: { name: string; namespace: string } };
  }[];
}

type Rule = (object: KubeObject, release: PreparedRelease) => readonly KubeObject[];

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
/** What pods need to start and to be allowed what they do. */
const FOUNDATIONS = [
  'ServiceAccount',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
];

/** Activator: the autoscaler. Gateway: what tells it its routes. */
const READY_AFTER_OTHERS: ReadonlySet<string> = new Set([
  'deployment.apps/knative-serving/activator',
  'deployment.apps/kourier-system/3scale-kourier-gateway',
]);

const isWorkload = ({ kind }: KubeObject) => WORKLOADS.includes(kind);

const namespaceOf: Rule = ({ metadata }, { namespaces }) =>
  namespaces.filter(({ metadata: { name } }) => name === metadata.namespace);

/** A binding needs its role, and a role those that it gathers. */
const rolesOf: Rule = (object, { objects }) => {
  const { roleRef, aggregationRule } = object as unknown as Rbac;
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  return objects.filter((other) => {
    const { kind, metadata } = other;
    const bound =
      roleRef?.kind === kind &&
      roleRef.name === metadata.name &&
      (kind === 'ClusterRole' || metadata.namespace === object.metadata.namespace);
    const gathered =
      kind === 'ClusterRole' &&
      other !== object &&
      selectors.some(({ matchLabels = {} }) => selects(matchLabels, metadata.labels));
    return bound || gathered;
  });
};

interface Rbac {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly aggregationRule?: {
    readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Record<string, string> }[];
  };
}

/** Pods that start before their Services, their settings or their permissions wait, or fail and try again. */
const foundationsOf: Rule = (object, { objects, crds }) =>
  isWorkload(object) ? [...crds, ...objects.filter(isFoundation)] : [];

const isFoundation = (object: KubeObject) =>
  FOUNDATIONS.includes(object.kind) && !isAwaitedService(object);

const isAwaitedService = ({ kind, metadata }: KubeObject) =>
  kind === 'Service' && metadata.annotations?.['pulumi.com/skipAwait'] !== 'true';

/** What waits for pods needs them: the other way round, each would wait for the other. */
const behindAwaitedService: Rule = (object, { objects }) =>
  isAwaitedService(object) ? workloadsOf(object, objects) : [];

/** An autoscaler needs what it scales. */
const scaledBy: Rule = ({ kind, metadata, spec }, { objects }) => {
  const target = (spec as { scaleTargetRef?: { kind: string; name: string } })?.scaleTargetRef;
  return objects.filter(
    (other) =>
      kind === 'HorizontalPodAutoscaler' &&
      other.kind === target?.kind &&
      other.metadata.name === target.name &&
      other.metadata.namespace === metadata.namespace,
  );
};

const webhooksNeedServers: Rule = (object, release) =>
  release.webhooks.includes(object) ? serversOf(object, release) : [];

/** Custom resources and jobs are admitted by webhooks, and let go of by controllers. */
const admitted: Rule = (object, { crds, objects, webhooks, customResources, jobs }) =>
  customResources.includes(object) || jobs.includes(object)
    ? [...crds, ...objects.filter(isWorkload), ...webhooks]
    : [];

const RULES: readonly Rule[] = [
  namespaceOf,
  rolesOf,
  foundationsOf,
  behindAwaitedService,
  scaledBy,
  webhooksNeedServers,
  admitted,
];

/** The workloads whose pods a Service selects. */
function workloadsOf(service: KubeObject, objects: readonly KubeObject[]): KubeObject[] {
  const { selector } = service['spec'] as { selector?: Record<string, string> };
  return objects.filter((other) => {
    const { template } = (other['spec'] ?? {}) as {
      template?: { metadata?: { labels?: Record<string, string> } };
    };
    return (
      isWorkload(other) &&
      other.metadata.namespace === service.metadata.namespace &&
      selector !== undefined &&
      selects(selector, template?.metadata?.labels)
    );
  });
}

function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
