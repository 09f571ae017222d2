/** @module Autoscalers and disruption budgets of a release: kept where there are nodes for them. */
import { identityOf, type KubeObject } from '../kube-object';
import { fields } from './fields';

const SCALERS: readonly string[] = ['HorizontalPodAutoscaler', 'PodDisruptionBudget'];

/** On a single node a second pod adds nothing, and a budget of 80 % of one pod forbids to drain it. */
export function scalable(objects: readonly KubeObject[], singleNode: boolean): KubeObject[] {
  return objects.filter(({ kind }) => !singleNode || !SCALERS.includes(kind));
}

/** Identities of what autoscalers scale. */
export function scaledObjects(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata, spec }) => {
        const { apiVersion, kind, name } = fields(fields(spec).scaleTargetRef);
        const target = { ...metadata, name: String(name) };
        return identityOf({ apiVersion: String(apiVersion), kind: String(kind), metadata: target });
      }),
  );
}
