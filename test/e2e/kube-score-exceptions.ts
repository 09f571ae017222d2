/** @module What kube-score may say of a tree: at most five checks, each with the reason why the tree stays as it is. */

export interface KubeScoreException {
  /** Id of the check, as `kube-score list` prints it. */
  readonly check: string;
  /** Objects that it is for, by `Kind/group/version/namespace/name`; all without it. */
  readonly only?: RegExp;
  readonly reason: string;
}

const WARM_POOL = /^Deployment\/.*-sandbox\//;

export const KUBE_SCORE_EXCEPTIONS: readonly KubeScoreException[] = [
  {
    check: 'container-image-pull-policy',
    reason:
      'IfNotPresent: images are pinned, and a node that has one starts pods while the registry is down',
  },
  {
    check: 'networkpolicy-targets-pod',
    reason: 'policies may select pods that Knative or a Job makes, which are not in the tree',
  },
  {
    check: 'deployment-has-poddisruptionbudget',
    only: WARM_POOL,
    reason:
      'pods of a warm pool hold nothing and are replaced at once: a drain need not wait for them',
  },
  {
    check: 'deployment-has-host-podantiaffinity',
    only: WARM_POOL,
    reason:
      'a warm pool is capacity, not availability: its pods may share a node, and leave others free',
  },
];
