/** @module Updates and removals of the host platform, each in a process of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { command } from '../kubectl';
import type { Outcome, Request } from './run';

const ROOT = resolve(__dirname, '../../../..');

/** Runs the program. @throws CommandError with what the program or the cluster said */
export async function runEngine(request: Request): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hks-engine-'));
  const file = join(folder, 'request.json');
  try {
    writeFileSync(file, JSON.stringify(request));
    const args = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(__dirname, 'run.ts'), file];
    const env = { ...process.env, KUBECONFIG: request.kubeconfig };
    const said = await command(process.execPath, args, { timeout: 1_200_000, env });
    return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
