/** @module What the engine's Kubernetes provider does with an object: creates, updates or deletes it, and waits until that holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiError,
  type ApiRequest,
  type Cluster,
  connect,
} from '../../../../stacks/cluster/client';
import { identityOf, type KubeObject } from '../../../../stacks/kube-object';

const MANAGER = 'hks-e2e';
const MINUTES = 60_000;

/** Objects go as they are: a typed client would drop fields that it does not know. */
export class Provider {
  private readonly cluster: Cluster;
  private readonly kinds = new Map<string, Promise<ApiResource[]>>();

  constructor(kubeconfig: string) {
    this.cluster = connect({ kubeconfig }, {});
  }

  /** Makes an object that is not there, as the provider does since its version 4.29. @throws where it is, or is refused */
  async create(object: KubeObject): Promise<void> {
    await this.ask(object, 'created', `?fieldManager=${MANAGER}`, {
      method: 'POST',
      body: object,
    });
    await this.ready(object);
  }

  /** Server-side apply, once: what a webhook or the server does not take fails. */
  async apply(object: KubeObject, forced = false): Promise<void> {
    await this.adopt(object);
    const force = forced || object.metadata.annotations?.['pulumi.com/patchForce'] === 'true';
    await this.ask(object, 'applied', `?fieldManager=${MANAGER}&force=${force}`, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
    await this.ready(object);
  }

  /** With its dependents, which go first. @param limit seconds until it must be gone */
  async delete(object: KubeObject, limit: number): Promise<void> {
    if ((await this.read(object)) === undefined) return;
    const body = { propagationPolicy: 'Foreground' };
    await this.ask(object, 'deleted', '', { method: 'DELETE', body }).catch((error: Error) => {
      if (!isMissing(error.cause)) throw error;
    });
    const end = Date.now() + limit * 1_000;
    for (;;) {
      const live = await this.read(object);
      if (live === undefined) return;
      if (Date.now() > end) {
        const { deletionTimestamp, finalizers } = live.metadata;
        const why = JSON.stringify({ deletionTimestamp, finalizers, status: live['status'] });
        throw new Error(`${identityOf(object)} does not go: ${why}`);
      }
      await sleep(300);
    }
  }

  /** The object as the cluster has it; a kind that the server does not know has none. */
  async read(object: KubeObject): Promise<KubeObject | undefined> {
    if ((await this.resourceOf(object)) === undefined) return undefined;
    try {
      return await this.ask<KubeObject>(object, 'read', '', {});
    } catch (error) {
      if (isMissing((error as Error).cause)) return undefined;
      throw error;
    }
  }

  /** What was created belongs to that operation; the first server-side apply takes it over, as the provider does. */
  private async adopt(object: KubeObject): Promise<void> {
    const live = await this.read(object);
    const fields = (live?.metadata['managedFields'] ?? []) as readonly {
      readonly manager: string;
      readonly operation: string;
    }[];
    const own = fields.findIndex(
      ({ manager, operation }) => manager === MANAGER && operation === 'Update',
    );
    if (live === undefined || own < 0) return;
    const managedFields = fields.map((field, index) =>
      index === own ? { ...field, operation: 'Apply' } : field,
    );
    const { resourceVersion } = live.metadata;
    await this.ask(object, 'taken over', '', {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion, managedFields } },
    });
  }

  private async ready(object: KubeObject): Promise<void> {
    const { annotations = {} } = object.metadata;
    if (annotations['pulumi.com/skipAwait'] === 'true') return;
    const isReady = READY[object.kind];
    if (isReady === undefined) return;
    const end = Date.now() + 10 * MINUTES;
    for (;;) {
      const live = await this.read(object);
      if (live !== undefined && (await isReady(live, this.cluster))) return;
      if (Date.now() > end) {
        const status = JSON.stringify(live?.['status']);
        throw new Error(`${identityOf(object)} did not become ready: ${status}`);
      }
      await sleep(300);
    }
  }

  /** Asks for an object, or for its kind where it is made. */
  private async ask<T>(
    object: KubeObject,
    what: string,
    query: string,
    request: ApiRequest,
  ): Promise<T> {
    try {
      const path = await this.pathOf(object, request.method === 'POST');
      return await this.cluster.ask<T>(path + query, { timeoutSeconds: 60, ...request });
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`${identityOf(object)} was not ${what}: ${message}`, { cause: error });
    }
  }

  private async pathOf(object: KubeObject, isNew: boolean): Promise<string> {
    const { apiVersion, kind, metadata } = object;
    const resource = await this.resourceOf(object);
    if (resource === undefined) throw new Error(`no matches for ${apiVersion} ${kind}`);
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const name = isNew ? '' : `/${metadata.name}`;
    return `${rootOf(apiVersion)}${namespace}/${resource.name}${name}`;
  }

  /** A kind that is not there yet is asked for again the next time. */
  private async resourceOf({ apiVersion, kind }: KubeObject): Promise<ApiResource | undefined> {
    const find = async () => {
      const asked =
        this.kinds.get(apiVersion) ??
        this.cluster
          .ask<{ resources: ApiResource[] }>(rootOf(apiVersion))
          .then(({ resources }) => resources)
          .catch((error: unknown) => {
            if (isMissing(error)) return [];
            throw error;
          });
      this.kinds.set(apiVersion, asked);
      return (await asked).find((one) => one.kind === kind && !one.name.includes('/'));
    };
    const known = await find();
    if (known !== undefined) return known;
    this.kinds.delete(apiVersion);
    return find();
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

type Readiness = (live: KubeObject, cluster: Cluster) => boolean | Promise<boolean>;

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
  Service: async (live, cluster) => {
    const { selector, type, clusterIP } = live['spec'] as Record<string, unknown>;
    if (selector === undefined || type === 'ExternalName' || clusterIP === 'None') return true;
    const { name, namespace } = live.metadata;
    const { items } = await cluster.ask<{ items: readonly Slice[] }>(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D${name}`,
    );
    return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready));
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

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
