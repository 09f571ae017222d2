/** @module Versions: which of two is newer, and whether a release runs on a Kubernetes. */

/** Major and minor. */
export interface Minor {
  readonly major: number;
  readonly minor: number;
}

/** Whether `a` is the newer of two versions of numbers. */
export function newer(a: string, b: string): boolean {
  return compared(a, b) > 0;
}

/** Negative where `a` is the older one, for sorting. */
export function compared(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs === -1 ? left.length - right.length : (left[differs] ?? 0) - (right[differs] ?? 0);
}

/** Of what an API server says of itself, e.g. `v1.34.1+k3s1`; undefined for what is no version. */
export function minorOf(version: string): Minor | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:[.+-]|$)/.exec(version) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor) };
}

/** Whether a version lies within a range, by its minor version. */
export function isWithin(
  version: Minor,
  { min, max }: { readonly min: string; readonly max?: string },
): boolean {
  const own = `${version.major}.${version.minor}`;
  return compared(own, min) >= 0 && (max === undefined || compared(own, max) <= 0);
}
