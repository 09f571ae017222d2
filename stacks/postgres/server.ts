/** @module The database's server: one pod on one volume, reached by the control plane and the backup alone. */
import { hardenPod } from '../../constructs/pod-security';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { withoutAwait } from '../prepare/engine';
import { claim } from '../registry/volume';
import { PREPARE } from './scripts';
import {
  BACKUP_LABELS,
  DATABASE,
  DATABASE_SECRET,
  PASSWORD_KEY,
  PASSWORD_PATH,
  PGDATA,
  POSTGRES,
  POSTGRES_LABELS,
  POSTGRES_PORT,
  POSTGRES_USER_ID,
  SOCKET_PATH,
  SUPERUSER,
  VOLUME_PATH,
} from './settings';

/** Time for the last checkpoint. */
const STOP_SECONDS = 120;
const RESOURCES = {
  requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '512Mi' },
} as const;

/** What the server's pod finds when it starts; beside it comes the Secret. */
export function serverGround({ config }: Pick<Platform, 'config'>): KubeObject[] {
  const { size, storageClass } = config.postgres;
  return [
    claim({ name: POSTGRES, namespace: SYSTEM_NAMESPACE, size, storageClass }),
    serverPolicy(),
  ];
}

/** The server and its name in the cluster. */
export function serverObjects({ pinned }: Pick<Platform, 'pinned'>): KubeObject[] {
  return [serverService(), serverStatefulSet(pinned('postgres'))];
}

function serverPolicy(): KubeObject {
  const from = [CONTROL_PLANE_LABELS, BACKUP_LABELS].map((matchLabels) => ({
    podSelector: { matchLabels },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: POSTGRES, namespace: SYSTEM_NAMESPACE },
    spec: {
      podSelector: { matchLabels: POSTGRES_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from, ports: [{ port: POSTGRES_PORT, protocol: 'TCP' }] }],
      egress: [],
    },
  };
}

function serverService(): KubeObject {
  return withoutAwait({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: POSTGRES, namespace: SYSTEM_NAMESPACE, labels: POSTGRES_LABELS },
    spec: {
      selector: POSTGRES_LABELS,
      ports: [{ name: POSTGRES, port: POSTGRES_PORT, targetPort: POSTGRES_PORT, protocol: 'TCP' }],
    },
  });
}

/** A StatefulSet never runs two pods at a time, which would be the end of the data. */
function serverStatefulSet(image: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: POSTGRES, namespace: SYSTEM_NAMESPACE, labels: POSTGRES_LABELS },
    spec: {
      replicas: 1,
      serviceName: POSTGRES,
      selector: { matchLabels: POSTGRES_LABELS },
      template: { metadata: { labels: POSTGRES_LABELS }, spec: serverPod(image) },
    },
  };
}

function serverPod(image: string) {
  const env = [{ name: 'PGDATA', value: PGDATA }];
  const data = { name: 'data', mountPath: VOLUME_PATH };
  const sockets = { name: 'sockets', mountPath: SOCKET_PATH };
  const memory = { name: 'memory', mountPath: '/dev/shm' };
  // By TCP: while the data are recovered or prepared, only the socket answers.
  const probe = {
    exec: {
      command: ['pg_isready', '-h', '127.0.0.1', '-p', String(POSTGRES_PORT), '-U', DATABASE],
    },
    timeoutSeconds: 5,
  };
  return hardenPod(
    {
      terminationGracePeriodSeconds: STOP_SECONDS,
      initContainers: [
        {
          name: 'prepare',
          image,
          command: ['sh', '-c', PREPARE],
          env: [
            ...env,
            { name: 'DATABASE', value: DATABASE },
            { name: 'SUPERUSER', value: SUPERUSER },
            { name: 'PASSWORD_FILE', value: `${PASSWORD_PATH}/${PASSWORD_KEY}` },
          ],
          resources: RESOURCES,
          volumeMounts: [
            data,
            sockets,
            memory,
            { name: 'password', mountPath: PASSWORD_PATH, readOnly: true },
          ],
        },
      ],
      containers: [
        {
          name: POSTGRES,
          image,
          command: ['postgres'],
          args: ['-c', 'listen_addresses=*', '-c', `unix_socket_directories=${SOCKET_PATH}`],
          env,
          ports: [{ name: POSTGRES, containerPort: POSTGRES_PORT, protocol: 'TCP' }],
          // SIGTERM would wait for every client to go; SIGINT sends them away and ends with a checkpoint.
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'kill -INT 1'] } } },
          // A recovery may take its time: as long as the engine waits for the StatefulSet.
          startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 300 },
          readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
          livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 6 },
          resources: RESOURCES,
          volumeMounts: [data, sockets, memory],
        },
      ],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: POSTGRES } },
        {
          name: 'password',
          secret: {
            secretName: DATABASE_SECRET,
            items: [{ key: PASSWORD_KEY, path: PASSWORD_KEY }],
            defaultMode: 0o440,
          },
        },
        { name: 'sockets', emptyDir: { sizeLimit: '1Mi' } },
        // What queries of several processes share; a runtime gives 64 MiB.
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
      ],
    },
    { user: POSTGRES_USER_ID },
  );
}
