/** @module The internal registry, as the platform installs it: its Service has a node port that nodes pull from. */
import { REGISTRY_LABELS, SYSTEM_NAMESPACE } from '../../../constructs/system';
import { apply } from './apply';
import { find } from './kubectl';
import { settings } from './settings';
import { until, untilAvailable } from './wait';

/** Deploys the registry where the cluster has none, and waits until it answers. */
export async function ensureRegistry(): Promise<void> {
  if (!(await find('service', 'registry', SYSTEM_NAMESPACE))) await apply(registryObjects());
  if (await find('deployment', 'registry', SYSTEM_NAMESPACE)) {
    await untilAvailable('registry', SYSTEM_NAMESPACE);
  }
  await until(
    'the registry to be ready',
    () => askRegistry('/v2/'),
    ({ status }) => status === 200,
  );
}

/** Sends a request to the registry, again while nobody answers; `path` as `/v2/…`, or as the registry named it. */
export async function askRegistry(path: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(path, settings().registry);
  return until(`the registry to answer at ${url}`, () => fetch(url, init));
}

function registryObjects(): object[] {
  const metadata = { name: 'registry', namespace: SYSTEM_NAMESPACE, labels: REGISTRY_LABELS };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'NodePort',
        selector: REGISTRY_LABELS,
        ports: [{ name: 'http', port: 5000, targetPort: 5000, nodePort: 30500 }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: REGISTRY_LABELS },
        template: {
          metadata: { labels: REGISTRY_LABELS },
          spec: {
            securityContext: { runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532 },
            containers: [
              {
                name: 'registry',
                image: 'docker.io/library/registry:2',
                imagePullPolicy: 'IfNotPresent',
                ports: [{ containerPort: 5000 }],
                readinessProbe: { httpGet: { path: '/v2/', port: 5000 }, periodSeconds: 2 },
                volumeMounts: [{ name: 'data', mountPath: '/var/lib/registry' }],
              },
            ],
            volumes: [{ name: 'data', emptyDir: { sizeLimit: '10Gi' } }],
          },
        },
      },
    },
  ];
}
