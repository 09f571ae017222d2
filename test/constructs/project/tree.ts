/** @module Objects for the tests of a project's checks. */
import type { TreeObject } from '../../../constructs/project/validation';

/** An object of the namespace `shop` whose construct has the path `shop/<kind>-<name>`. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  more: object = {},
  namespace: string | undefined = 'shop',
): TreeObject {
  const json = { apiVersion, kind, metadata: { name, namespace }, ...more };
  return { path: `shop/${kind}-${name}`, json };
}

const AMOUNTS = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '128Mi' };

/** A restricted pod of one container that asks for so much, requests as limits. */
export function podSpec(amounts: Partial<typeof AMOUNTS> = {}, more: object = {}): object {
  const all = { ...AMOUNTS, ...amounts };
  return {
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'main',
        image: 'busybox:1.36',
        resources: { requests: all, limits: all },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    ],
    ...more,
  };
}

export function deployment(name: string, spec: object = podSpec(), more: object = {}): TreeObject {
  return object('apps/v1', 'Deployment', name, { spec: { template: { spec }, ...more } });
}

export function knativeService(
  name: string,
  spec: object = podSpec(),
  annotations: object = {},
): TreeObject {
  return object('serving.knative.dev/v1', 'Service', name, {
    spec: { template: { metadata: { annotations }, spec } },
  });
}
