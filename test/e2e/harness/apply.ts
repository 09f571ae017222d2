/** @module Applying what constructs render. */
import type { Chart } from 'cdk8s';
import { kubectl } from './kubectl';
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

/** Waits until pods can start in a new namespace: its default ServiceAccount is made a moment after it. */
export async function untilUsable(namespace: string): Promise<void> {
  await until(
    `the service account of ${namespace}`,
    () => kubectl(['get', 'serviceaccount', 'default', '-n', namespace, '-o', 'name']),
    () => true,
    { timeout: 30_000 },
  );
}

const FIRST = ['Namespace', 'ResourceQuota', 'LimitRange', 'ServiceAccount', 'Secret', 'ConfigMap'];

function rank(object: object): number {
  const place = FIRST.indexOf((object as { kind?: string }).kind ?? '');
  return place === -1 ? FIRST.length : place;
}
