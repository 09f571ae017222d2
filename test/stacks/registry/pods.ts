/** @module The pods that objects make, as Pod Security and the platform look at them. */
import type { Container, PodSpec } from '../../../constructs/manifest';
import { allContainers } from '../../../constructs/pod-security';
import type { KubeObject } from '../../../stacks/kube-object';

/** The pod of a workload; undefined for other objects. */
export function podOf(object: KubeObject): PodSpec | undefined {
  const spec = object.spec as
    | (Templated & { readonly jobTemplate?: { readonly spec: Templated } })
    | undefined;
  return (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
}

interface Templated {
  readonly template?: { readonly spec: PodSpec };
}

/** What the platform asks of each pod beyond Pod Security, and a pod does not do. */
export function shortcomings(pod: PodSpec): string[] {
  const containers = allContainers(pod);
  return [
    ...(pod.automountServiceAccountToken === false ? [] : ['has a token']),
    ...(pod.enableServiceLinks === false ? [] : ['has service links']),
    ...(pod.volumes ?? [])
      .filter(({ emptyDir }) => emptyDir && emptyDir.sizeLimit === undefined)
      .map(({ name }) => `volume ${name} has no limit`),
    ...containers.flatMap((container) => [
      ...amounts(container),
      ...(container.imagePullPolicy === 'IfNotPresent' ? [] : ['pulls always']),
      ...(/@sha256:|:[\w.-]+$/.test(container.image ?? '') ? [] : [`runs ${container.image}`]),
    ]),
  ];
}

function amounts({ name, resources }: Container): string[] {
  return (['requests', 'limits'] as const).flatMap((end) =>
    ['cpu', 'memory', 'ephemeral-storage']
      .filter((key) => resources?.[end]?.[key] === undefined)
      .map((key) => `${name} has no ${end} of ${key}`),
  );
}
