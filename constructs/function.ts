/** @module A function: a Knative Service with its triggers, its scale and the rules of its network. */
import type { ApiObject, ApiObjectMetadata, Duration } from 'cdk8s';
import type { ContainerResources } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from './check';
import type { HksCronJob } from './cron-job';
import type { Environment } from './environment';
import { brokerUrl, type EventBroker } from './function/broker';
import type { EventSink, SinkReference } from './function/delivery';
import { type DomainClaim, domainClaim, mapDomains } from './function/domain';
import { addEventTrigger, brokerName } from './function/event';
import { checkFeatures, type ServingFeature } from './function/features';
import { VISIBILITY_LABEL } from './function/http';
import { type CodeProps, type Runtime, resolveCode } from './function/image';
import { checkMetadata } from './function/metadata';
import { checkServiceName } from './function/names';
import { type FunctionPodProps, functionPod } from './function/pod';
import { allowDataPath, TO_BROKER, TO_GATEWAY } from './function/policies';
import { queueProxyAnnotations } from './function/queue-proxy';
import { MAX_FUNCTION_NAME } from './function/revision';
import { type Scale, scaleAnnotations } from './function/scaling';
import { addScheduleTrigger } from './function/schedule';
import { checkSeconds, goDuration } from './function/seconds';
import { PatchableService, renderService } from './function/service';
import { resolveTraffic, type TrafficTarget } from './function/traffic';
import { resolveTriggers, type Trigger } from './function/triggers';
import { invalid } from './invalid';
import { LABELS, selectorFor } from './labels';
import { compact, type PodSpec } from './manifest';
import { Project } from './project';
import { allowEgress, checkEgress, type EgressRule } from './template-app/access';
import { APP_POD_PROPS } from './template-app/pod';

export { EventBroker, type EventBrokerProps } from './function/broker';
export type { Delivery, EventSink, SinkReference } from './function/delivery';
export type { DomainClaim } from './function/domain';
export type { EventTrigger } from './function/event';
export { type PodFields, SERVING_FEATURES, type ServingFeature } from './function/features';
export type { EventFilter } from './function/filter';
export type { CallHeaders } from './function/headers';
export type { HttpTrigger } from './function/http';
export { type BuiltFunction, type CodeProps, RUNTIMES, type Runtime } from './function/image';
export type { FunctionPodProps } from './function/pod';
export { QUEUE_PROXY_RESOURCES } from './function/queue-proxy';
export { MAX_FUNCTION_NAME } from './function/revision';
export type { Scale } from './function/scaling';
export type { ScheduleTrigger } from './function/schedule';
export type { TrafficTarget } from './function/traffic';
export type { Trigger } from './function/triggers';

export interface HksFunctionProps extends CodeProps, FunctionPodProps {
  /** What calls it; requests from within the cluster always may, by the gateway. @default [] */
  readonly triggers?: readonly Trigger[];
  /** How many pods there are. @default - none without requests, 10 at most */
  readonly scale?: Scale;
  /** Requests that one pod takes at one time, up to 1000; 0 for no limit. @default 0 */
  readonly concurrency?: number;
  /** How long a request may take, up to 10 minutes. @default Duration.minutes(5) */
  readonly timeout?: Duration;
  /** How long a new revision may take to become ready. @default - the cluster's, 10 minutes */
  readonly progressDeadline?: Duration;
  /** Which revisions get the requests. @default - all to the newest that is ready */
  readonly traffic?: readonly TrafficTarget[];
  /** Over which the newest revision takes over from the one before. @default - at once */
  readonly rolloutDuration?: Duration;
  /** Asks for a sandboxed runtime; the platform maps the label to a RuntimeClass. @default - the node's own runtime */
  readonly isolation?: 'gvisor';
  /** CPU, memory and disk of Knative's proxy in each pod. @default QUEUE_PROXY_RESOURCES */
  readonly queueProxy?: ContainerResources;
  /** The broker that the function sends events to, by `K_SINK`. @default - none */
  readonly publishesTo?: EventBroker | string;
  /** What the pods may connect to. @default [] */
  readonly egress?: readonly EgressRule[];
  /** Flags of Serving that the platform has switched on. @default [] */
  readonly features?: readonly ServingFeature[];
  /** Name, labels and annotations; the name has at most 52 characters. @default - the construct's id as name */
  readonly metadata?: ApiObjectMetadata;
}

const KNOWN = [
  ...APP_POD_PROPS,
  ...['runtime', 'handler', 'port', 'protocol', 'probes', 'pod', 'triggers', 'scale'],
  ...['concurrency', 'timeout', 'progressDeadline', 'traffic', 'rolloutDuration', 'isolation'],
  ...['queueProxy', 'publishesTo', 'egress', 'features', 'metadata'],
];

/** A function of a project. */
export class HksFunction extends Construct implements EventSink {
  /** The claims of domains that the platform must make, of all functions at and below the construct. */
  static domainClaims(root: Construct): readonly DomainClaim[] {
    return root.node
      .findAll()
      .flatMap((found) => (found instanceof HksFunction ? found.domainClaims : []));
  }

  readonly project: Project;
  /** Name of the Knative Service. */
  readonly name: string;
  /** Where the cluster reaches it. */
  readonly url: string;
  readonly runtime?: Runtime;
  readonly handler?: string;
  /** Seconds that a request may take. */
  readonly timeout: number;
  /** The pod of each revision, under the restricted profile; Knative adds queue-proxy. */
  readonly pod: PodSpec;
  /** Labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly service: ApiObject;
  readonly domainMappings: readonly ApiObject[];
  /** One for each domain; cluster-scoped, so the platform makes them. */
  readonly domainClaims: readonly DomainClaim[];
  /** Triggers of Knative Eventing. */
  readonly eventTriggers: readonly ApiObject[];
  /** The jobs that call the function. */
  readonly cronJobs: readonly HksCronJob[];

  constructor(scope: Construct, id: string, props: HksFunctionProps) {
    super(scope, id);
    this.project = Project.of(this);
    checkKnown(this, props, KNOWN);
    const metadata = checkMetadata(this, props.metadata);
    const named = metadata.name === undefined ? 'id' : 'metadata.name';
    this.name = checkServiceName(this, named, metadata.name ?? id, MAX_FUNCTION_NAME);
    this.url = `http://${this.name}.${this.project.namespace}.svc.cluster.local`;
    this.selector = selectorFor({ name: this.name, kind: 'function' });
    const code = resolveCode(this, props);
    this.runtime = code.runtime;
    this.handler = code.handler;
    const isolation = checkOneOf(this, 'isolation', props.isolation, ['gvisor'] as const);
    if (isolation !== undefined && props.pod?.runtimeClassName !== undefined)
      throw this.refusedRuntimeClass(props.pod.runtimeClassName);
    const features = checkFeatures(this, props.features);
    const triggers = resolveTriggers(this, props.triggers);
    const concurrency = checkInteger(this, 'concurrency', props.concurrency, { max: 1000 }) ?? 0;
    this.timeout = checkSeconds(this, 'timeout', props.timeout, { min: 1, max: 600 }) ?? 300;
    const broker =
      props.publishesTo === undefined
        ? undefined
        : brokerName(this, 'publishesTo', props.publishesTo);
    const sink: Environment = broker ? { K_SINK: brokerUrl(this.project.namespace, broker) } : {};
    const { spec, protocol } = functionPod(this, props, code, sink, features);
    this.pod = spec;
    const own = this.project.objectMetadata('function', this.name);
    const rendered = renderService({
      name: this.name,
      metadata: this.serviceMetadata(metadata, triggers.http.isPublic, props),
      labels: compact({
        ...own.labels,
        [LABELS.function]: this.name,
        [LABELS.runtime]: code.runtime,
        [LABELS.isolation]: isolation,
      }) as Record<string, string>,
      annotations: compact({
        ...scaleAnnotations(this, props.scale, concurrency, features),
        ...queueProxyAnnotations(this, props.queueProxy),
        'serving.knative.dev/progress-deadline': goDuration(
          checkSeconds(this, 'progressDeadline', props.progressDeadline, { min: 1 }),
        ),
      }) as Record<string, string>,
      pod: this.pod,
      concurrency,
      timeout: this.timeout,
      traffic: resolveTraffic(this, this.name, props.traffic),
    });
    this.service = new PatchableService(this, 'Default', rendered);
    this.domainMappings = mapDomains(this, this.project, this.name, triggers.http.domains);
    this.domainClaims = triggers.http.domains.map((domain) =>
      domainClaim(this.project, this.name, domain),
    );
    this.eventTriggers = triggers.events.map(({ prop, trigger }) =>
      addEventTrigger(this, prop, trigger, { ...this.target(), ref: this.sinkRef() }),
    );
    this.cronJobs = triggers.schedules.map(({ prop, trigger }) =>
      addScheduleTrigger(this, prop, trigger, {
        ...this.target(),
        url: this.url,
        timeout: this.timeout,
      }),
    );
    allowDataPath(this, this.project, this.name, this.selector, protocol);
    const toBroker = broker ? [{ name: 'knative-broker', ...TO_BROKER }] : [];
    const egress = checkEgress(this, [...checkEgress(this, props.egress), ...toBroker]);
    allowEgress(this, this.project, this.name, this.selector, egress);
  }

  /** Name of the revision that this template makes, for traffic and rollback later on. */
  get revisionName(): string {
    return this.service.toJson().spec.template.metadata.name;
  }

  /** Where a source of your own sends its events: `spec.sink.ref` of a PingSource, SinkBinding or ApiServerSource. */
  sinkRef(): SinkReference {
    const { name, project } = this;
    return {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      name,
      namespace: project.namespace,
    };
  }

  /** Where the cluster reaches the target of `traffic` that has the tag. */
  tagUrl(tag: string): string {
    return `http://${tag}-${this.name}.${this.project.namespace}.svc.cluster.local`;
  }

  /**
   * Lets pods of the project call functions: the way is the gateway's, so the rule opens the gateway for them.
   *
   * @param name what the callers are, as part of the policy's name
   * @param pods labels of the pods, like a TemplateApp's `selector`
   */
  allowCallsFrom(name: string, pods: Readonly<Record<string, string>>): ApiObject {
    return this.project.allow(
      { name: `${name}-calls-${this.name}`, direction: 'egress', select: pods, ...TO_GATEWAY },
      this,
    );
  }

  private target() {
    return { name: this.name, project: this.project };
  }

  private serviceMetadata(
    given: ApiObjectMetadata,
    isPublic: boolean,
    { rolloutDuration }: HksFunctionProps,
  ): ApiObjectMetadata {
    const object = this.project.objectMetadata('function', this.name, given);
    const rollout = goDuration(checkSeconds(this, 'rolloutDuration', rolloutDuration));
    const annotations = compact({
      ...object.annotations,
      'serving.knative.dev/rollout-duration': rollout,
    }) as Record<string, string>;
    return compact({
      ...object,
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
      labels: {
        ...object.labels,
        [LABELS.function]: this.name,
        ...(isPublic ? {} : { [VISIBILITY_LABEL]: 'cluster-local' }),
      },
    });
  }

  private refusedRuntimeClass(received: string): Error {
    return invalid(this, {
      prop: 'pod.runtimeClassName',
      rule: `must not come with 'isolation', by which the platform chooses the class`,
      received,
      fix: 'Leave out one of the two',
    });
  }
}
