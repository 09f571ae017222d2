/** @module What preparing a release takes and gives: documents in, objects in the stages in which they are applied out. */
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';

/** The documents of a release's files, by the file's name. */
export type ReleaseAssets = Readonly<Record<string, readonly KubeObject[]>>;

export interface PrepareOptions {
  /** The release's version, e.g. `1.23.0`. */
  readonly version: string;
  readonly platform: Platform;
}

/** The objects of a release, each once, in stages; inside a stage always in the same order. */
export interface PreparedRelease {
  readonly version: string;
  readonly namespaces: readonly KubeObject[];
  readonly crds: readonly KubeObject[];
  /** RBAC, service accounts, config maps, secrets, services, deployments, autoscalers, budgets. */
  readonly objects: readonly KubeObject[];
  /** Admission webhook configurations. */
  readonly webhooks: readonly KubeObject[];
  /** Objects of the release's own CRDs. */
  readonly customResources: readonly KubeObject[];
  readonly jobs: readonly KubeObject[];
}

/** All objects of a prepared release, in the order of its stages. */
export function allObjects(release: PreparedRelease): KubeObject[] {
  const { namespaces, crds, objects, webhooks, customResources, jobs } = release;
  return [...namespaces, ...crds, ...objects, ...webhooks, ...customResources, ...jobs];
}
