/** @module The manifests of an application that serves: Deployment, Service, autoscaler, disruption budget. */
import type { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown } from '../check';
import { invalid } from '../invalid';
import { compact, type Manifest, type PodSpec } from '../manifest';
import type { ResolvedPort } from './ports';
import type { Rollout } from './source';

/** Replicas by load. */
export interface Autoscaling {
  /** @default 2 */
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  /** Percent of the CPU request that is aimed at. @default - 80 when neither CPU nor memory is given */
  readonly cpuPercent?: number;
  /** Percent of the memory request that is aimed at. @default - memory does not count */
  readonly memoryPercent?: number;
}

/** Either a highest number of pods that may be down on purpose, or a lowest that must be up. */
export interface DisruptionBudget {
  /** Number or percentage. @default - 1 when `minAvailable` is not given */
  readonly maxUnavailable?: number | string;
  /** Number or percentage. @default - `maxUnavailable` decides */
  readonly minAvailable?: number | string;
}

type Labels = Readonly<Record<string, string>>;

/** How a Deployment's pods look beside their spec. */
export interface DeploymentShape {
  readonly selector: Labels;
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly replicas?: number;
  readonly strategy?: Manifest<k8s.DeploymentStrategy>;
  readonly rollout?: Rollout;
}

/** The spec of the Deployment; several replicas keep away from each other's node where they can. */
export function deploymentSpec(
  pod: PodSpec,
  { selector, labels, annotations, replicas, strategy, rollout }: DeploymentShape,
  spread: boolean,
): Manifest<k8s.DeploymentSpec> {
  return compact({
    ...rollout,
    replicas,
    selector: { matchLabels: selector },
    strategy: strategy ?? {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    },
    template: {
      metadata: compact({ labels, annotations }),
      spec: spread && !pod.affinity ? { ...pod, affinity: awayFrom(selector) } : pod,
    },
  });
}

function awayFrom(selector: Labels): PodSpec['affinity'] {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: selector },
            topologyKey: 'kubernetes.io/hostname',
          },
        },
      ],
    },
  };
}

/** The spec of the Service in front of the ports. */
export function serviceSpec(
  selector: Labels,
  ports: readonly ResolvedPort[],
): Manifest<k8s.ServiceSpec> {
  return {
    type: 'ClusterIP',
    selector,
    ports: ports.map(({ name, port, servicePort, protocol }) => ({
      name,
      port: servicePort,
      targetPort: port,
      protocol,
    })),
  };
}

/** The spec of the HorizontalPodAutoscaler. */
export function autoscalerSpec(
  owner: IConstruct,
  name: string,
  given: Autoscaling,
): Manifest<k8s.HorizontalPodAutoscalerSpecV2> {
  const known = ['minReplicas', 'maxReplicas', 'cpuPercent', 'memoryPercent'];
  checkKnown(owner, given, known, 'autoscaling.');
  const at = (key: keyof Autoscaling, min: number, max?: number) =>
    checkInteger(owner, `autoscaling.${key}`, given[key], { min, max });
  const minReplicas = at('minReplicas', 1) ?? 2;
  const maxReplicas = checkInteger(owner, 'autoscaling.maxReplicas', given.maxReplicas ?? null, {
    min: minReplicas,
  }) as number;
  const memory = at('memoryPercent', 1, 1000);
  const cpu = at('cpuPercent', 1, 1000) ?? (memory === undefined ? 80 : undefined);
  const metric = (resource: string, percent: number | undefined) =>
    percent === undefined
      ? []
      : [
          {
            type: 'Resource',
            resource: {
              name: resource,
              target: { type: 'Utilization', averageUtilization: percent },
            },
          },
        ];
  return {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas,
    maxReplicas,
    metrics: [...metric('cpu', cpu), ...metric('memory', memory)],
  };
}

/** The spec of the PodDisruptionBudget. */
export function budgetSpec(
  owner: IConstruct,
  selector: Labels,
  given: DisruptionBudget,
): Manifest<k8s.PodDisruptionBudgetSpec> {
  checkKnown(owner, given, ['maxUnavailable', 'minAvailable'], 'disruptionBudget.');
  const { maxUnavailable, minAvailable } = given;
  if (maxUnavailable !== undefined && minAvailable !== undefined) {
    throw invalid(owner, {
      prop: 'disruptionBudget',
      rule: `must have 'maxUnavailable' or 'minAvailable', not both`,
      received: given,
      fix: `Write { maxUnavailable: 1 }`,
    });
  }
  for (const key of ['maxUnavailable', 'minAvailable'] as const) {
    const value = given[key];
    const fits =
      value === undefined ||
      (typeof value === 'number'
        ? Number.isInteger(value) && value >= 0
        : typeof value === 'string' && /^(100|[1-9]?\d)%$/.test(value));
    if (!fits) {
      throw invalid(owner, {
        prop: `disruptionBudget.${key}`,
        rule: `must be a whole number, or a percentage like '50%'`,
        received: value,
        fix: 'Write 1',
      });
    }
  }
  return compact({
    selector: { matchLabels: selector },
    maxUnavailable: minAvailable === undefined ? (maxUnavailable ?? 1) : undefined,
    minAvailable,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
}
