/** @module What the engine's Kubernetes provider does with an object: creates, updates or deletes it, and waits until that holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiException,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
} from '@kubernetes/client-node';
import { identityOf, type KubeObject } from '../../../../stacks/kube-object';

const MANAGER = 'hks-e2e';
const MINUTES = 60_000;

export class Provider {
  private readonly api: KubernetesObjectApi;

  constructor(kubeconfig: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.api = KubernetesObjectApi.makeApiClient(config);
  }

  /** Makes an object that is not there, as the provider does since its version 4.29. @throws where it is, or is refused */
  async create(object: KubeObject): Promise<void> {
    try {
      await this.api.create(object, undefined, undefined, MANAGER);
    } catch (error) {
      throw new Error(`${identityOf(object)} was not created: ${reasonOf(error)}`);
    }
    await this.ready(object);
  }

  /** Server-side apply, once: what a webhook or the server does not take fails. */
  async apply(object: KubeObject): Promise<void> {
    try {
      await this.adopt(object);
      await this.api.patch(
        object,
        undefined,
        undefined,
        MANAGER,
        object.metadata.annotations?.['pulumi.com/patchForce'] === 'true',
        PatchStrategy.ServerSideApply,
      );
    } catch (error) {
      throw new Error(`${identityOf(object)} was not applied: ${reasonOf(error)}`);
    }
    await this.ready(object);
  }

  async delete(object: KubeObject, limit = 3 * MINUTES): Promise<void> {
    try {
      await this.api.delete(object, undefined, undefined, undefined, undefined, 'Background');
    } catch (error) {
      if (isMissing(error)) return;
      throw new Error(`${identityOf(object)} was not deleted: ${reasonOf(error)}`);
    }
    const end = Date.now() + limit;
    while ((await this.read(object)) !== undefined) {
      if (Date.now() > end) {
        const { metadata } = (await this.read(object)) ?? {};
        throw new Error(`${identityOf(object)} does not go: ${JSON.stringify(metadata)}`);
      }
      await sleep(300);
    }
  }

  /** The object as the cluster has it. */
  async read(object: KubeObject): Promise<KubeObject | undefined> {
    try {
      return (await this.api.read(object as never)) as unknown as KubeObject;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new Error(`${identityOf(object)} was not read: ${reasonOf(error)}`);
    }
  }

  /** What was created belongs to that operation; the first server-side apply takes it over, as the provider does. */
  private async adopt(object: KubeObject): Promise<void> {
    const live = await this.read(object);
    const fields = (live?.metadata['managedFields'] ?? []) as {
      manager: string;
      operation: string;
    }[];
    const own = fields.findIndex(
      ({ manager, operation }) => manager === MANAGER && operation === 'Update',
    );
    if (live === undefined || own < 0) return;
    const managedFields = fields.map((field, index) =>
      index === own ? { ...field, operation: 'Apply' } : field,
    );
    const { name, namespace, resourceVersion } = live.metadata;
    const patch = {
      ...live,
      metadata: { name, namespace, resourceVersion, managedFields },
    } as KubeObject;
    await this.api.patch(
      { apiVersion: patch.apiVersion, kind: patch.kind, metadata: patch.metadata } as never,
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
  }

  private async ready(object: KubeObject): Promise<void> {
    const { annotations = {} } = object.metadata;
    if (annotations['pulumi.com/skipAwait'] === 'true') return;
    const isReady = READY[object.kind];
    if (isReady === undefined) return;
    const end = Date.now() + 10 * MINUTES;
    for (;;) {
      const live = await this.read(object);
      if (live !== undefined && (await isReady(live, this.api))) return;
      if (Date.now() > end) {
        throw new Error(
          `${identityOf(object)} did not become ready: ${JSON.stringify(live?.['status'])}`,
        );
      }
      await sleep(300);
    }
  }
}

type Readiness = (live: KubeObject, api: KubernetesObjectApi) => boolean | Promise<boolean>;

/** When the provider calls an object of a kind ready. */
const READY: Readonly<Record<string, Readiness>> = {
  CustomResourceDefinition: (live) => hasCondition(live, 'Established'),
  Deployment: (live) => {
    const { observedGeneration, updatedReplicas, replicas } = statusOf(live);
    return (
      observedGeneration === live.metadata['generation'] &&
      hasCondition(live, 'Available') &&
      updatedReplicas === replicas
    );
  },
  StatefulSet: (live) => {
    const { observedGeneration, readyReplicas, updatedReplicas } = statusOf(live);
    const { replicas = 1 } = live['spec'] as { replicas?: number };
    return (
      observedGeneration === live.metadata['generation'] &&
      (readyReplicas ?? 0) === replicas &&
      (updatedReplicas ?? 0) === replicas
    );
  },
  DaemonSet: (live) => {
    const { numberReady, desiredNumberScheduled, observedGeneration } = statusOf(live);
    return (
      observedGeneration === live.metadata['generation'] && numberReady === desiredNumberScheduled
    );
  },
  Job: (live) => hasCondition(live, 'Complete'),
  PersistentVolumeClaim: (live) => statusOf(live)['phase'] === 'Bound',
  Namespace: (live) => statusOf(live)['phase'] === 'Active',
  Service: async (live, api) => {
    const { selector, type, clusterIP } = live['spec'] as Record<string, unknown>;
    if (selector === undefined || type === 'ExternalName' || clusterIP === 'None') return true;
    const { name, namespace } = live.metadata;
    const { items } = await api.list(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      `kubernetes.io/service-name=${name}`,
    );
    return items.some((slice) =>
      (slice as unknown as Slice).endpoints?.some(({ conditions }) => conditions?.ready),
    );
  },
};

interface Slice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

function statusOf(live: KubeObject): Record<string, unknown> {
  return (live['status'] ?? {}) as Record<string, unknown>;
}

function hasCondition(live: KubeObject, type: string): boolean {
  const conditions = (statusOf(live)['conditions'] ?? []) as readonly {
    readonly type: string;
    readonly status: string;
  }[];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/** Not there; a kind that the server does not know has no objects either. */
function isMissing(error: unknown): boolean {
  return (
    (error instanceof ApiException && error.code === 404) ||
    /Unrecognized API version and kind/.test((error as Error).message)
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ApiException)) return (error as Error).message;
  const { body } = error as ApiException<unknown>;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
