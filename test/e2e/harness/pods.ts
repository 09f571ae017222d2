/** @module Pods of a test: restricted probes, commands in running pods, logs. */
import { apply, untilUsable } from './apply';
import { CommandError, kubectl } from './kubectl';
import { uniqueName } from './namespace';
import { untilPhase, type WaitOptions } from './wait';

/** The label of every pod that a test starts by itself. */
export const TEST_POD = { 'hks-e2e': 'pod' } as const;
export const BUSYBOX = 'docker.io/library/busybox:1.36';

export interface ProbeOptions extends WaitOptions {
  readonly command: readonly string[];
  /** @default BUSYBOX */
  readonly image?: string;
  /** Labels of the pod: what policies select. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A port that the pod serves: it is ready when the port answers. @default - none, ready when it runs */
  readonly port?: number;
  /** Mounts of the pod's container; their volumes are given in `spec`. */
  readonly mounts?: readonly { readonly name: string; readonly mountPath: string }[];
  /** Further fields of the pod's spec, e.g. `{ runtimeClassName: 'gvisor' }`. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a restricted pod in the namespace until it ends; gives its exit code and what it printed. */
export async function probe(namespace: string, options: ProbeOptions): Promise<Ended> {
  const name = uniqueName('probe');
  await untilUsable(namespace);
  await apply([restrictedPod(name, namespace, options)]);
  const pod = await untilPhase(name, namespace, ['Succeeded', 'Failed'], options);
  const output = await logs(name, namespace);
  await kubectl(['delete', 'pod', name, '-n', namespace, '--wait=false']);
  const code = pod.status?.containerStatuses?.[0]?.state.terminated?.exitCode ?? -1;
  return { code, output };
}

/** A pod that Pod Security `restricted` admits and that has the resources a quota asks for. */
export function restrictedPod(
  name: string,
  namespace: string,
  { command, image = BUSYBOX, labels = {}, env = {}, port, mounts = [], spec = {} }: ProbeOptions,
): object {
  // Little is reserved, since the node may be small; the limit lets the probe start quickly.
  const requests = { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '64Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...TEST_POD, ...labels } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          ...(port === undefined
            ? {}
            : { readinessProbe: { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 10 } }),
          env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
          volumeMounts: mounts,
          resources: { requests, limits: { ...requests, cpu: '500m' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      ...spec,
    },
  };
}

/** Runs a command in a running pod; an end with another code than 0 is no error. */
export async function exec(
  pod: string,
  namespace: string,
  args: readonly string[],
  { container, input }: { readonly container?: string; readonly input?: string } = {},
): Promise<Ended> {
  const where = [pod, '-n', namespace, ...(container === undefined ? [] : ['-c', container])];
  const flags = input === undefined ? [] : ['-i'];
  try {
    const output = await kubectl(['exec', ...flags, ...where, '--', ...args], { input });
    return { code: 0, output };
  } catch (error) {
    const code = error instanceof CommandError && /exit code (\d+)/.exec(error.stderr)?.[1];
    if (error instanceof CommandError && code) {
      return { code: Number(code), output: error.stdout + error.stderr };
    }
    throw error;
  }
}

/** The log of a pod (`name`) or of a Job's pods (`job/name`), all containers unless one is named. */
export async function logs(target: string, namespace: string, container?: string): Promise<string> {
  const which = container === undefined ? ['--all-containers'] : ['-c', container];
  return kubectl(['logs', target, '-n', namespace, ...which, '--tail=-1']);
}
