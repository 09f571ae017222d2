/** @module The peer `helm`, built from the Go module that bench/helm pins. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './project';
import { Missing } from './row';

/** The program that was given, else the built one. @throws Missing when it cannot be built */
export function helmBinary(given: string | undefined): string {
  if (given !== undefined) return given;
  const file = join(ROOT, '.cache/bench/helm');
  const { error, status, stderr } = spawnSync(
    'go',
    ['build', '-trimpath', '-o', file, 'helm.sh/helm/v3/cmd/helm'],
    { cwd: join(ROOT, 'bench/helm'), encoding: 'utf8' },
  );
  if (error) throw new Missing(`helm: go is not here (${error.message})`);
  if (status !== 0) throw new Missing(`helm: go build ended with ${status}: ${stderr}`);
  return file;
}
