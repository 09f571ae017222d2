/** @module The order in which the objects of a release are asked for. */
import { identityOf, type KubeObject } from '../kube-object';
import type { Needs } from './needs';

/**
 * The objects so that each comes after what it needs, otherwise as they are.
 *
 * Pods of some workloads are only ready when those of another one are. That is no edge, for they can start at
 * the same time; they come later, so that an engine that makes one thing at a time does not wait for ever.
 */
export function inOrder(objects: readonly KubeObject[], needs: Needs): KubeObject[] {
  const late = (object: KubeObject) => READY_AFTER_OTHERS.has(identityOf(object));
  const open = new Set(
    [...objects].sort((a, b) => Number(late(a)) - Number(late(b))).map(identityOf),
  );
  const ordered: KubeObject[] = [];
  const take = (identity: string) => {
    if (open.delete(identity)) {
      needs.get(identity)?.forEach(take);
      ordered.push(...objects.filter((object) => identityOf(object) === identity));
    }
  };
  [...open].forEach(take);
  return ordered;
}

/** Activator: the autoscaler. Gateway: what tells it its routes. */
const READY_AFTER_OTHERS: ReadonlySet<string> = new Set([
  'deployment.apps/knative-serving/activator',
  'deployment.apps/kourier-system/3scale-kourier-gateway',
  'daemonset.apps/kourier-system/3scale-kourier-gateway',
]);
