/** @module The API of a K3s host that has the platform, as far as the program reads it. */
import type { Answer } from './api-server';

export const items = (...found: object[]) => ({ items: found });
export const named = (name: string, rest: object = {}) => ({ metadata: { name }, ...rest });
const OWN = { 'app.kubernetes.io/managed-by': 'hks' };
const address = (type: string, value: string) => ({ type, address: value });

/** A K3s host that has the platform. */
export const K3S_API: Readonly<Record<string, Answer>> = {
  '/version': { gitVersion: 'v1.34.1+k3s1' },
  '/apis': {
    items: [
      {
        metadata: { name: 'serving.knative.dev' },
        versions: [{ version: 'v1', resources: [{ responseKind: { kind: 'Service' } }] }],
      },
      {
        metadata: { name: 'apps' },
        versions: [{ version: 'v1', resources: [{ responseKind: { kind: 'Deployment' } }] }],
      },
      {
        metadata: { name: 'storage.k8s.io' },
        versions: [{ version: 'v1', resources: [{ responseKind: { kind: 'StorageClass' } }] }],
      },
      {
        metadata: { name: 'metrics.k8s.io' },
        versions: [{ version: 'v1beta1', resources: [{ responseKind: { kind: 'PodMetrics' } }] }],
      },
    ],
  },
  '/api/v1/namespaces': items(
    { metadata: { name: 'kube-system', uid: 'the-cluster' } },
    { metadata: { name: 'knative-serving', labels: OWN } },
  ),
  '/api/v1/nodes': items(
    named('host', {
      status: {
        addresses: [address('InternalIP', '192.0.2.10')],
        runtimeHandlers: [{ name: 'runc' }],
        nodeInfo: { architecture: 'amd64' },
        allocatable: { cpu: '4', memory: '8Gi' },
      },
    }),
  ),
  '/api/v1/services': items(
    {
      metadata: { namespace: 'default', name: 'kubernetes' },
      spec: { clusterIPs: ['10.43.0.1'], ports: [{ port: 443 }] },
    },
    {
      metadata: { namespace: 'kourier-system', name: 'kourier', labels: OWN },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 31080 }] },
    },
  ),
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': items({
    metadata: { name: 'services.serving.knative.dev', labels: OWN },
    spec: {
      group: 'serving.knative.dev',
      names: { kind: 'Service' },
      versions: [
        { name: 'v1', served: true },
        { name: 'v1alpha1', served: false },
      ],
    },
    status: { storedVersions: ['v1'] },
  }),
  '/apis/storage.k8s.io/v1/storageclasses': items(
    {
      metadata: {
        name: 'local-path',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
    },
    named('slow'),
  ),
  '/apis/node.k8s.io/v1/runtimeclasses': items(named('gvisor', { handler: 'runsc' })),
  '/apis/apps/v1/daemonsets': items(named('svclb-traefik-0a1b')),
  '/apis/serving.knative.dev/v1/services': items(
    { metadata: { namespace: 'shop', name: 'pay' } },
    { metadata: { namespace: 'shop', name: 'buy' } },
  ),
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices': items({
    ...named('kubernetes'),
    endpoints: [{ addresses: ['192.0.2.10'] }],
    ports: [{ port: 6443 }],
  }),
  '/api/v1/namespaces/kube-system/pods': items(named('coredns-1')),
};
