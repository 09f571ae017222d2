/** @module Renders every example into one output folder, each in a process of its own, and checks the tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkTree } from '../constructs/synth/check';

const ROOT = resolve(__dirname, '..');
const OUTDIR = process.env.CDK8S_OUTDIR ?? 'dist';

const programs = readdirSync(join(ROOT, 'examples'))
  .map((name) => join('examples', name, 'main.ts'))
  .filter((path) => existsSync(join(ROOT, path)))
  .sort();
const failed = programs.filter((program) => !rendered(program));
const { tenants, objects, faults } = checkTree(resolve(ROOT, OUTDIR));
for (const fault of faults) console.error(`error: ${OUTDIR}/${fault}`);
for (const program of failed) console.error(`error: ${program} failed`);
if (programs.length === 0 || failed.length > 0 || faults.length > 0) process.exitCode = 1;
else console.log(`${OUTDIR}: ${tenants} tenants, ${objects} objects, checked`);

function rendered(program: string): boolean {
  const env = { ...process.env, CDK8S_OUTDIR: OUTDIR };
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  return status === 0;
}
