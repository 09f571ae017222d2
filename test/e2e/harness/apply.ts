/** @module Applying what constructs render. */
import type { Chart } from 'cdk8s';
import { kubectl, list } from './kubectl';
import type { KubeObject } from './objects';
import { until } from './wait';

/** Applies plain objects, namespaces first. `dryRun` asks the server without keeping anything. */
export async function apply(
  objects: readonly object[],
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<string> {
  if (objects.length === 0) return '';
  const items = [...objects].sort((a, b) => rank(a) - rank(b));
  const flags = dryRun ? ['--dry-run=server'] : [];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return kubectl(['apply', '--server-side', '--force-conflicts', ...flags, '-f', '-'], { input });
}

/** Applies a Project, or any other chart, as it is rendered; returns when its namespace can start pods. */
export async function applyChart(chart: Chart): Promise<void> {
  const objects = chart.toJson() as readonly { kind: string; metadata: { name: string } }[];
  await apply(objects);
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  for (const { metadata } of namespaces) await untilUsable(metadata.name);
}

interface Quota extends KubeObject {
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
  readonly status?: { readonly used?: Readonly<Record<string, string>> };
}

/**
 * Waits for what a namespace has a moment after it is made: the default ServiceAccount, without which no pod starts,
 * and the first count of its quotas, before which they refuse nothing.
 */
export async function untilUsable(namespace: string): Promise<void> {
  await until(
    `the service account and the quotas of ${namespace}`,
    () => list<KubeObject>('serviceaccount,resourcequota', namespace),
    (found) =>
      found.some(
        ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === 'default',
      ) && found.filter(isQuota).every(isCounted),
  );
}

function isQuota(object: KubeObject): object is Quota {
  return object.kind === 'ResourceQuota';
}

function isCounted({ spec, status }: Quota): boolean {
  return Object.keys(spec.hard).every((key) => status?.used?.[key] !== undefined);
}

const FIRST = ['Namespace', 'ResourceQuota', 'LimitRange', 'ServiceAccount', 'Secret', 'ConfigMap'];

function rank(object: object): number {
  const place = FIRST.indexOf((object as { kind?: string }).kind ?? '');
  return place === -1 ? FIRST.length : place;
}
