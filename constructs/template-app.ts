/** @module The stateless application that jobs are made from. */
import type { ApiObject, ApiObjectMetadata } from 'cdk8s';
import type { Deployment as PlusDeployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkBoolean, checkKnown, checkName, checkObject } from './check';
import { invalid } from './invalid';
import { selectorFor } from './labels';
import type { PodSpec } from './manifest';
import type { Peer } from './network';
import { hardenPod } from './pod-security';
import { Project } from './project';
import { checkEgress, type EgressRule } from './template-app/access';
import type { Autoscaling, DisruptionBudget } from './template-app/deployment';
import {
  adoptDeployment,
  type FromDeploymentProps,
  sourceOfDeployment,
} from './template-app/from-deployment';
import { type FromManifestProps, sourceOfManifest } from './template-app/from-manifest';
import type { AppIngress } from './template-app/ingress';
import { APP_POD_PROPS, type AppPodProps, appPod, checkIdentity } from './template-app/pod';
import { type AppPort, portsOf, type ResolvedPort, resolvePorts } from './template-app/ports';
import type { Probes } from './template-app/probes';
import { type RenderedApp, renderApp } from './template-app/render';
import { checkSource, SERVING_PROPS, type TemplateSource } from './template-app/source';

export type { EgressRule } from './template-app/access';
export type { Autoscaling, DisruptionBudget } from './template-app/deployment';
export type { EnvironmentSource } from './template-app/environment-sources';
export type { FromDeploymentProps } from './template-app/from-deployment';
export type { FromManifestProps } from './template-app/from-manifest';
export { type AppIngress, TRAEFIK } from './template-app/ingress';
export type { AppPodProps } from './template-app/pod';
export type { AppPort } from './template-app/ports';
export type { Probe, ProbeAction, Probes } from './template-app/probes';
export type { AppVolume, Volumes } from './template-app/volumes';

/** How an application serves. */
export interface ServingProps {
  /** Replicas of the Deployment; the autoscaler decides when there is one. @default 2 */
  readonly replicas?: number;
  /** Makes an Ingress, and lets its controller in. @default - none */
  readonly ingress?: AppIngress;
  /** Makes a HorizontalPodAutoscaler. @default - none */
  readonly autoscaling?: Autoscaling;
  /** How many pods may be down on purpose; false for no PodDisruptionBudget. @default - one, when there are several replicas */
  readonly disruptionBudget?: DisruptionBudget | false;
  /** Who may connect to the ports, beside the ingress controller. @default - all pods of the project */
  readonly clients?: readonly Peer[];
  /** What the pods may connect to; jobs made from the template may as well. @default [] */
  readonly egress?: readonly EgressRule[];
  /** Whether the application is rendered; false for a template that jobs are only made from. @default true */
  readonly deploy?: boolean;
  /** Name, labels and annotations; the name is the Deployment's and the Service's. @default - the construct's id as name */
  readonly metadata?: ApiObjectMetadata;
}

export interface TemplateAppProps extends AppPodProps, ServingProps {
  /** Ports that the container listens on, each a number or `{ port, name, servicePort }`; they make a Service. @default [] */
  readonly ports?: readonly (number | AppPort)[];
  /** Readiness, liveness and startup. @default - readiness by the first port */
  readonly probes?: Probes;
}

/** A stateless application of a project, and the template of its jobs. */
export class TemplateApp extends Construct {
  /**
   * A template from a cdk8s-plus Deployment, which goes on rendering itself: nothing is rendered twice.
   * One of the same project is put under the restricted profile.
   */
  static fromDeployment(
    scope: Construct,
    id: string,
    deployment: PlusDeployment,
    props: FromDeploymentProps = {},
  ): TemplateApp {
    const source = sourceOfDeployment(scope, id, deployment, props);
    const app = new TemplateApp(scope, id, { ...props, deploy: false } as never, source);
    adoptDeployment(app, deployment);
    return app;
  }

  /** A template from the Deployment of a YAML file, which the TemplateApp renders in the file's stead. */
  static fromManifest(
    scope: Construct,
    id: string,
    file: string,
    props: FromManifestProps = {},
  ): TemplateApp {
    return new TemplateApp(scope, id, props as never, sourceOfManifest(scope, id, file, props));
  }

  readonly project: Project;
  /** Name of the Deployment and the Service. */
  readonly name: string;
  /** Name of the container that serves. */
  readonly container: string;
  /** Name of the container that jobs are made from, where the template says so. */
  readonly mainContainer?: string;
  /** The pod under the restricted profile. */
  readonly pod: PodSpec;
  /** What the pods, and the jobs made from them, may connect to. */
  readonly egress: readonly EgressRule[];
  readonly ports: readonly ResolvedPort[];
  /** Labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly deployment?: ApiObject;
  readonly service?: ApiObject;
  readonly ingress?: ApiObject;
  readonly autoscaler?: ApiObject;
  readonly disruptionBudget?: ApiObject;

  /** @param source what another kind of description has said already; see `fromDeployment` and `fromManifest` */
  constructor(scope: Construct, id: string, props: TemplateAppProps, source?: TemplateSource) {
    super(scope, id);
    this.project = Project.of(this);
    checkKnown(
      this,
      props,
      source ? source.known : [...APP_POD_PROPS, 'ports', 'probes', ...SERVING_PROPS],
    );
    const { metadata = {} } = props;
    checkObject(this, 'metadata', metadata, `{ labels: { team: 'shop' } }`);
    const named = metadata.name === undefined && !source ? 'id' : 'metadata.name';
    this.name = checkName(this, named, metadata.name ?? source?.name ?? id);
    this.selector = source?.selector ?? selectorFor({ name: this.name, kind: 'app' });
    this.egress = checkEgress(this, props.egress);
    this.container = source?.container ?? this.name;
    this.mainContainer = source?.mainContainer;
    const given = source ? undefined : resolvePorts(this, props.ports);
    const pod = source?.pod ?? appPod(this, this.name, props, given ?? [], this.project);
    const identity = source ? {} : checkIdentity(this, props.identity);
    this.pod = hardenPod(pod, { ...identity, resources: this.project.plan.defaults });
    if (source) checkSource(this, source, this.pod);
    const main = this.pod.containers.find(({ name }) => name === this.container);
    this.ports = given ?? (main ? portsOf(main) : []);
    this.checkServiceName(named);
    if (checkBoolean(this, 'deploy', props.deploy) ?? true) {
      const rendered: RenderedApp = renderApp(this, props, source);
      this.deployment = rendered.deployment;
      this.service = rendered.service;
      this.ingress = rendered.ingress;
      this.autoscaler = rendered.autoscaler;
      this.disruptionBudget = rendered.disruptionBudget;
    } else this.checkNotServing(props);
  }

  /** Services are named by the older and stricter rule of RFC 1035. */
  private checkServiceName(prop: string): void {
    if (this.ports.length === 0 || /^[a-z]/.test(this.name)) return;
    throw invalid(this, {
      prop,
      rule: 'must begin with a letter, since it is the name of the Service too',
      received: this.name,
      fix: `Write 'app-${this.name}'`,
    });
  }

  private checkNotServing(props: TemplateAppProps): void {
    for (const prop of SERVING_ONLY) {
      if (props[prop] === undefined) continue;
      throw invalid(this, {
        prop,
        rule: `must not be given for an application that is not rendered`,
        received: props[prop],
        fix: `Leave out '${prop}', or 'deploy: false'`,
      });
    }
  }
}

const SERVING_ONLY = ['replicas', 'ingress', 'autoscaling', 'disruptionBudget', 'clients'] as const;
