/** @module What the project's quota is asked to take: CronJobs, and pods of a size. */
import { restrictedPod } from '../harness';
import { name } from './scene';

export const cronJob = (id: string) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: id, namespace: name },
  spec: {
    schedule: '0 0 1 1 *',
    suspend: true,
    jobTemplate: {
      spec: { template: { spec: specOf(restrictedPod('x', name, { command: ['true'] })) } },
    },
  },
});

/** A pod of so many containers, each with all of the CPU. */
export const pod = (cpu: string, count = 1) => {
  const spec = specOf(restrictedPod('large', name, { command: ['true'] }));
  const [container] = spec.containers;
  const amounts = { cpu, memory: '64Mi', 'ephemeral-storage': '64Mi' };
  const containers = Array.from({ length: count }, (_, index) => ({
    ...container,
    name: `c${index}`,
    resources: { requests: amounts, limits: amounts },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'large', namespace: name },
    spec: { ...spec, containers },
  };
};

export interface PodSpecOf {
  readonly containers: readonly { readonly resources?: object }[];
}

function specOf(pod: object): PodSpecOf {
  return (pod as { spec: PodSpecOf }).spec;
}
