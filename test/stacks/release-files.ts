/** @module The release files that tests read: the mirror folder of HKS_RELEASES, else the one beside the repository. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KubeObject } from '../../stacks/kube-object';
import { objectsOf } from '../../stacks/releases';

const BESIDE = resolve(__dirname, '../../../shared/testbed/releases');

/** The folder, as `<component>/<asset>`; undefined where there is none. */
export const releases: string | undefined =
  process.env.HKS_RELEASES ?? (existsSync(BESIDE) ? BESIDE : undefined);

/** `describe` for what needs release files: skipped, and counted as such, where there are none. */
export const describeWithReleases = releases === undefined ? describe.skip : describe;

/** The objects of a release file, e.g. `knative-serving/serving-core.yaml`. */
export function releaseObjects(asset: string): KubeObject[] {
  if (releases === undefined) {
    throw new Error('There are no release files. Set HKS_RELEASES to a folder that mirrors them.');
  }
  const text = readFileSync(join(releases, asset), 'utf8');
  // Parsing takes a second, and many test files want the same.
  const kept = join(KEPT, `${createHash('sha256').update(text).digest('hex')}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as KubeObject[];
  const objects = objectsOf(text);
  mkdirSync(KEPT, { recursive: true });
  const whole = `${kept}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(objects));
  renameSync(whole, kept);
  return objects;
}

const KEPT = resolve(__dirname, '../../node_modules/.cache/hks-releases');
