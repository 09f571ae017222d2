/** @module Namespaces of a test: fresh at its start, gone at its end. */
import { randomBytes } from 'node:crypto';
import { apply, untilUsable } from './apply';
import { kubectl } from './kubectl';

/** A name that no namespace has: the test's own, and six hexadecimal digits. */
export function uniqueName(test: string): string {
  return `${test}-${randomBytes(3).toString('hex')}`;
}

/** Makes an empty namespace, `restricted` by Pod Security unless told otherwise, and returns its name when pods can start. */
export async function freshNamespace(
  test: string,
  podSecurity: 'restricted' | 'baseline' | 'privileged' = 'restricted',
): Promise<string> {
  const name = uniqueName(test);
  await apply([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': podSecurity } },
    },
  ]);
  await untilUsable(name);
  return name;
}

/** Deletes namespaces with all that is in them, without waiting for the end. */
export async function deleteNamespaces(...names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await kubectl(['delete', 'namespace', ...names, '--ignore-not-found', '--wait=false']);
}
