/** @module What a finished tree must not hold: pure functions over its objects, used by each project and across all of them. */
import type { PodSecurityLevel } from '../pod-security';
import { isClusterScoped } from '../synth/kinds';
import { podSizeFaults, quotaAdvice, quotaFaults } from './capacity';
import { at, groupOf, kindOf, nameOf, type TreeObject } from './objects';
import type { Plan } from './plan';
import { fault, podAdvice, podSecurityFaults, resourceFaults } from './pods';

export { podSizeFaults, quotaAdvice, quotaFaults } from './capacity';
export type { ObjectJson, TreeObject } from './objects';
export { podAdvice, podSecurityFaults, resourceFaults } from './pods';

/** As much of a Project as the checks need. */
export interface CheckedProject {
  readonly node: { readonly path: string };
  readonly namespace: string;
  readonly plan: Plan;
  readonly podSecurity: PodSecurityLevel;
}

/** Everything that is wrong with the objects of one project; `clusterScoped` are kinds that the app allows. */
export function projectFaults(
  objects: readonly TreeObject[],
  { node, namespace, plan, podSecurity }: CheckedProject,
  clusterScoped: readonly string[] = [],
): readonly string[] {
  const inNamespace = objects.filter(
    (object) => !(kindOf(object) === 'Namespace' && nameOf(object) === namespace),
  );
  return [
    ...duplicateFaults(objects),
    ...serviceNameFaults(objects),
    ...secretFaults(objects),
    ...exposureFaults(objects),
    ...clusterScopeFaults(inNamespace, clusterScoped),
    ...namespaceFaults(inNamespace, [namespace]),
    ...podSecurityFaults(objects, podSecurity),
    ...resourceFaults(objects),
    ...podSizeFaults(objects, plan),
    ...quotaFaults(`Project '${node.path}'`, objects, plan),
  ];
}

/** Everything that will work and not as well as meant. */
export function projectWarnings(
  objects: readonly TreeObject[],
  { plan }: CheckedProject,
): readonly string[] {
  return [...podAdvice(objects), ...quotaAdvice(objects, plan)];
}

/** Two objects of one group, kind, namespace and name: the second would overwrite the first. */
export function duplicateFaults(objects: readonly TreeObject[]): readonly string[] {
  const first = new Map<string, TreeObject>();
  return objects.flatMap((object) => {
    const key = [kindOf(object), object.json.metadata?.namespace ?? '', nameOf(object)].join('/');
    const other = first.get(key);
    if (!other) {
      first.set(key, object);
      return [];
    }
    return [
      fault(
        object,
        'metadata.name',
        `must be unique among the ${kindOf(object)} objects of its namespace, and '${other.path}' has the same`,
        nameOf(object),
        'Rename one of the two',
      ),
    ];
  });
}

/** A core Service and a Knative Service of one name: Knative makes a core Service of its own, and one for each tag. */
export function serviceNameFaults(objects: readonly TreeObject[]): readonly string[] {
  const place = (object: TreeObject) =>
    `${String(object.json.metadata?.namespace)}/${nameOf(object)}`;
  const core = new Map(
    objects
      .filter((object) => kindOf(object) === 'Service')
      .map((object) => [place(object), object]),
  );
  const functions = objects.filter((object) => kindOf(object) === 'Service.serving.knative.dev');
  const taken = new Map([...core, ...functions.map((object) => [place(object), object] as const)]);
  const ofTags = functions.flatMap((object) =>
    tagsOf(object).flatMap((tag) => {
      const other = taken.get(
        `${String(object.json.metadata?.namespace)}/${tag}-${nameOf(object)}`,
      );
      if (!other) return [];
      return [
        fault(
          object,
          'spec.traffic.tag',
          `must not make TAG-${nameOf(object)} the name of another Service, and '${other.path}' has it`,
          tag,
          'Choose another tag',
        ),
      ];
    }),
  );
  const ofNames = functions.flatMap((object) => {
    const other = core.get(place(object));
    if (!other) return [];
    return [
      fault(
        object,
        'metadata.name',
        `must not be that of a Service, since Knative makes one of this name for the function, and '${other.path}' has it`,
        nameOf(object),
        'Rename the app or the function',
      ),
    ];
  });
  return [...ofNames, ...ofTags];
}

function tagsOf(object: TreeObject): readonly string[] {
  const traffic = at(object.json, 'spec.traffic');
  return Array.isArray(traffic) ? traffic.flatMap(({ tag }) => (tag ? [String(tag)] : [])) : [];
}

/** Secrets with values: what is in a tree is in Git. */
export function secretFaults(objects: readonly TreeObject[]): readonly string[] {
  return objects
    .filter((object) => kindOf(object) === 'Secret')
    .flatMap((object) =>
      ['data', 'stringData']
        .filter((field) => Object.keys((at(object.json, field) as object) ?? {}).length > 0)
        .map((field) =>
          fault(
            object,
            field,
            'must be empty, since the tree is kept in Git',
            '***',
            'Create the Secret in the cluster, or use a SealedSecret or ExternalSecret, and refer to it by name',
          ),
        ),
    );
}

/** Services that open a port of every node or take a foreign address; the quota has none of them. */
export function exposureFaults(objects: readonly TreeObject[]): readonly string[] {
  return objects
    .filter((object) => kindOf(object) === 'Service')
    .flatMap((object) => {
      const type = at(object.json, 'spec.type');
      const external = at(object.json, 'spec.externalIPs');
      const fix = `Use ClusterIP, and an Ingress or a function's URL for callers from outside`;
      return [
        ...(type === 'NodePort' || type === 'LoadBalancer'
          ? [
              fault(
                object,
                'spec.type',
                'must be ClusterIP, since projects have no node ports and load balancers',
                type,
                fix,
              ),
            ]
          : []),
        ...(Array.isArray(external) && external.length > 0
          ? [
              fault(
                object,
                'spec.externalIPs',
                'must be empty, since it would take traffic of others',
                external,
                fix,
              ),
            ]
          : []),
      ];
    });
}

/** Objects in a namespace that is not one of those. */
export function namespaceFaults(
  objects: readonly TreeObject[],
  namespaces: readonly string[],
): readonly string[] {
  return objects
    .filter((object) => !isClusterScoped(groupKind(object)))
    .filter((object) => !namespaces.includes(String(object.json.metadata?.namespace)))
    .map((object) =>
      fault(
        object,
        'metadata.namespace',
        `must be ${namespaces.map((name) => `'${name}'`).join(' or ')}`,
        object.json.metadata?.namespace,
        'Leave it out, or create the object in the Project of that namespace',
      ),
    );
}

/** Objects that belong to the whole cluster, but for the kinds that are allowed as `Kind` or `Kind.group`. */
export function clusterScopeFaults(
  objects: readonly TreeObject[],
  allowed: readonly string[] = [],
): readonly string[] {
  return objects
    .filter((object) => isClusterScoped(groupKind(object)) && !allowed.includes(kindOf(object)))
    .map((object) =>
      fault(
        object,
        'kind',
        'must be a kind that lives in a namespace, since a tenant owns nothing of the whole cluster',
        kindOf(object),
        'Ask the platform for it, or use the namespaced kind',
      ),
    );
}

function groupKind(object: TreeObject): { readonly group: string; readonly kind: string } {
  return { group: groupOf(object), kind: String(object.json.kind) };
}
