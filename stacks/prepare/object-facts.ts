/** @module What the cluster does not let change in an object that exists, and which versions a CRD has. */
import { identityOf, type KubeObject } from '../kube-object';
import { type Fields, fields, isFields, list } from './fields';

export interface ObjectFacts {
  readonly identity: string;
  /** Of a Deployment, DaemonSet or StatefulSet: the labels of its pods. */
  readonly selector?: unknown;
  /** Of a binding: the role. */
  readonly roleRef?: unknown;
  /** Of a Service: whether it has no address. */
  readonly headless?: boolean;
  readonly crd?: CrdVersions;
}

export interface CrdVersions {
  readonly scope: string;
  readonly kind: string;
  readonly plural: string;
  readonly served: readonly string[];
  readonly stored: string;
}

/** The facts of objects, in their order. */
export function objectFacts(objects: readonly KubeObject[]): ObjectFacts[] {
  return objects.map((object) => {
    const { kind, apiVersion } = object;
    const spec = fields(object.spec);
    const identity = identityOf(object);
    if (kind === 'CustomResourceDefinition') return { identity, crd: crdVersions(spec) };
    if (kind === 'Service' && apiVersion === 'v1') {
      return { identity, headless: spec.clusterIP === 'None' };
    }
    if (isFields(object.roleRef)) return { identity, roleRef: object.roleRef };
    return isFields(spec.template) && isFields(spec.selector)
      ? { identity, selector: spec.selector }
      : { identity };
  });
}

/** The versions of a CRD's spec. */
export function crdVersions(spec: Fields): CrdVersions {
  const versions = list(spec.versions);
  const { kind, plural } = fields(spec.names);
  return {
    scope: String(spec.scope),
    kind: String(kind),
    plural: String(plural),
    served: versions.filter(({ served }) => served === true).map(({ name }) => String(name)),
    stored: String(versions.find(({ storage }) => storage === true)?.name),
  };
}
