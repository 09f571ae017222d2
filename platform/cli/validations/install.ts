/** @module Puts a plugin's package into the plugins folder, by npm. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import type { Terminal } from '../main';
import type { ValidationConfig } from './schema';

/** Folder of a package in the plugins folder, as cdk8s-cli lays it out. */
export function packageFolder(pluginsDir: string, { package: name, version }: ValidationConfig) {
  return join(pluginsDir, name, version, 'node_modules', name);
}

/** Whether the package is there. */
export function isInstalled(pluginsDir: string, validation: ValidationConfig): boolean {
  return existsSync(join(packageFolder(pluginsDir, validation), 'package.json'));
}

/**
 * Installs the package beside its place and moves it there, so that half a package is never loaded.
 * @throws when npm cannot install it; what npm has to say goes to stderr
 */
export async function install(
  pluginsDir: string,
  validation: ValidationConfig,
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
): Promise<void> {
  const { package: name, version, installEnv } = validation;
  const place = join(pluginsDir, name, version);
  mkdirSync(pluginsDir, { recursive: true });
  const staging = mkdtempSync(join(pluginsDir, '.install-'));
  try {
    const args = ['install', `${name}@${version}`, '--no-save', '--no-audit', '--no-fund'];
    const { code, output } = await npm([...args, '--prefix', staging], {
      ...env,
      ...Object.fromEntries(
        Object.entries(installEnv ?? {}).map(([key, value]) => [key, text(value)]),
      ),
    });
    if (code !== 0) {
      stderr.write(output);
      throw invalid(`validation '${name}@${version}'`, {
        prop: 'package',
        rule: `must be one that npm can install, and npm ended with ${code}`,
        received: name,
        fix: `Its own message is above`,
      });
    }
    // Another run may have been faster.
    if (isInstalled(pluginsDir, validation)) return;
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    renameSync(staging, place);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function npm(
  args: readonly string[],
  env: Terminal['env'],
): Promise<{ readonly code: number | string; readonly output: string }> {
  return new Promise((done) => {
    const child = spawn('npm', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    child.once('error', ({ message }) => done({ code: message, output }));
    child.once('close', (code, signal) => done({ code: code ?? String(signal), output }));
  });
}
