/** @module A Kubernetes object as release files hold it and as the engine is given it. */

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What an object is, whatever its version: `deployment.apps/knative-serving/activator`, `namespace/knative-serving`. */
export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  const namespace = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return `${kind.toLowerCase()}${group}/${namespace}${metadata.name}`;
}
