/** @module The Knative Service: the template of its revisions and their traffic. */
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  KnativeService,
  ServiceSpecTemplateSpecContainersResourcesLimits as Limit,
  ServiceSpecTemplateSpecContainersResourcesRequests as Request,
  type ServiceSpecTemplate,
  type ServiceSpecTemplateSpec,
  type ServiceSpecTraffic,
} from '../imports/serving.knative.dev';
import { type Container, compact, type PodSpec } from '../manifest';
import { revisionName, sorted } from './revision';

export interface ServiceParts {
  readonly name: string;
  readonly metadata: ApiObjectMetadata;
  /** Labels of the revision and its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the revision: scale, proxy, deadline. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  /** Requests at one time and pod; 0 for no limit. */
  readonly concurrency: number;
  /** Seconds that a request may take. */
  readonly timeout: number;
  readonly traffic: ServiceSpecTraffic[];
}

export interface RenderedService {
  readonly manifest: Record<string, unknown> & {
    readonly apiVersion: string;
    readonly kind: string;
  };
  readonly revisionName: string;
}

/** The Knative Service; a patch of its template gives the revision another name, or Knative would refuse the change. */
export class PatchableService extends ApiObject {
  private readonly named: string;
  private readonly unpatched: string;

  constructor(scope: Construct, id: string, { manifest, revisionName: name }: RenderedService) {
    super(scope, id, manifest);
    this.named = name;
    this.unpatched = templateText(super.toJson());
  }

  override toJson() {
    const json = super.toJson();
    const template = json.spec?.template;
    if (template?.metadata?.name !== this.named || templateText(json) === this.unpatched)
      return json;
    const { name: _name, ...metadata } = template.metadata;
    template.metadata.name = revisionName(this.name, { ...template, metadata });
    return json;
  }
}

function templateText(json: { readonly spec?: { readonly template?: unknown } }): string {
  return JSON.stringify(sorted(json.spec?.template));
}

/** The manifest, and the name of the revision that it makes. */
export function renderService(parts: ServiceParts): RenderedService {
  const template: ServiceSpecTemplate = {
    metadata: { labels: { ...parts.labels }, annotations: { ...parts.annotations } },
    spec: revisionSpec(parts),
  };
  const name = revisionName(parts.name, template);
  const manifest = KnativeService.manifest({
    metadata: parts.metadata,
    spec: {
      template: { ...template, metadata: { name, ...template.metadata } },
      traffic: parts.traffic,
    },
  });
  return { manifest, revisionName: name };
}

function revisionSpec({ pod, concurrency, timeout }: ServiceParts): ServiceSpecTemplateSpec {
  return {
    ...mutable(pod),
    containerConcurrency: concurrency,
    timeoutSeconds: timeout,
    // Serving would end a request without a first byte after 300 s by itself.
    responseStartTimeoutSeconds: timeout,
    containers: pod.containers.map(typedContainer),
  };
}

function typedContainer(container: Container): ServiceSpecTemplateSpec['containers'][number] {
  const { resources, readinessProbe, livenessProbe, startupProbe, ...rest } = container;
  return compact({
    ...mutable(rest),
    resources: {
      requests: mapValues(resources?.requests, (amount) => Request.fromString(String(amount))),
      limits: mapValues(resources?.limits, (amount) => Limit.fromString(String(amount))),
    },
    readinessProbe: typedProbe(readinessProbe),
    livenessProbe: typedProbe(livenessProbe),
    startupProbe: typedProbe(startupProbe),
  });
}

function typedProbe(probe: Container['readinessProbe']) {
  if (!probe) return undefined;
  const { httpGet, tcpSocket, ...rest } = mutable(probe);
  return compact({
    ...rest,
    httpGet: httpGet && { ...httpGet, port: { value: httpGet.port } },
    tcpSocket: tcpSocket && { ...tcpSocket, port: { value: tcpSocket.port } },
  });
}

function mapValues<T, U>(given: Readonly<Record<string, T>> = {}, map: (value: T) => U) {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));
}

/** The generated types know no readonly. */
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
