/** @module One stack with its engine: opened for a verb, and run with its output on the terminal. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../stacks/config/load';
import type { HostPlatformOutputs } from '../../../stacks/host-platform';
import { paintFor } from '../colour';
import type { ExitCode, Terminal } from '../main';
import { automationEngine } from './automation';
import { type Engine, EngineFailure, type EngineRun } from './engine';
import { hintsFor } from './hints';
import { followInterrupts } from './interrupts';
import { pluginVersion } from './packages';
import { passphraseOf } from './passphrase';
import { requireCli } from './pulumi-cli';
import type { PlatformRequest } from './request';
import { stackFile } from './stack-file';
import type { StateFolder } from './state-folder';

/** What was asked for, and where. */
export interface Place {
  readonly request: PlatformRequest;
  readonly terminal: Terminal;
  readonly state: StateFolder;
}

export interface OpenedStack extends Place {
  readonly engine: Engine;
  /** Whether the stack was there when the verb began. */
  readonly exists: boolean;
  /** The file of the stack's settings; there is none before the stack is made. */
  readonly settingsFile: string;
}

/** @throws where the CLI, the passphrase or the backend is not as it must be */
export async function openStack(place: Place): Promise<OpenedStack> {
  const { request, terminal, state } = place;
  const { stack, verb } = request;
  const outer = { ...terminal.env, ...state.env };
  await requireCli({ cwd: state.project, env: outer });
  const passphrase = passphraseOf(state, stack, terminal, verb === 'up' || verb === 'preview');
  if (passphrase.made !== undefined) terminal.stderr.write(madeNote(passphrase.made));
  const env = { ...outer, ...passphrase.env };
  const engine = await automationEngine({ stack, project: state.project, env }, program);
  const exists = await engine.exists();
  const settingsFile = join(state.project, stackFile(stack));
  if (exists && !existsSync(settingsFile)) await recall(engine);
  return { ...place, engine, exists, settingsFile };
}

/** What Pulumi.yaml's program does. Its many classes are loaded when the engine wants it. */
async function program(): Promise<HostPlatformOutputs> {
  const { runtime }: typeof import('@pulumi/pulumi') = require('@pulumi/pulumi');
  const {
    hostPlatform,
  }: typeof import('../../../stacks/host-platform') = require('../../../stacks/host-platform');
  return hostPlatform(loadConfig(runtime.allConfig()));
}

/** Settings that this machine has lost, or never had, come from the last update. */
async function recall(engine: Engine): Promise<void> {
  try {
    await engine.recallSettings();
  } catch (error) {
    if (!(error instanceof EngineFailure && /no previous deployment/.test(error.said))) throw error;
  }
}

/** Runs the engine until it ends, with what it says on the terminal. */
export async function followed(
  opened: OpenedStack,
  action: (run: EngineRun) => Promise<void>,
  settingsFile?: string,
): Promise<ExitCode> {
  const { terminal, request } = opened;
  const interrupts = followInterrupts(terminal);
  try {
    await action({
      onOutput: (text) => terminal.stdout.write(text),
      onError: (text) => terminal.stderr.write(text),
      signal: interrupts.signal,
      colour: paintFor(terminal)('red', '.') !== '.',
      ...(request.parallel !== undefined && { parallel: request.parallel }),
      ...(settingsFile !== undefined && { settingsFile }),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    tellFailure(opened, error);
    return interrupts.count() > 0 ? 130 : 1;
  } finally {
    interrupts.release();
  }
}

/** What the engine said, unless it is on the terminal already, and what to do. */
export function tellFailure(
  { terminal, state, request }: Place,
  { said, isShown, message }: EngineFailure,
): void {
  if (!isShown) terminal.stderr.write(`${message}\n`);
  const context = { state, stack: request.stack, plugin: pluginVersion(__filename) };
  for (const hint of hintsFor(said, context)) terminal.stderr.write(`hint: ${hint}\n`);
}

function madeNote(file: string): string {
  return `note: a passphrase was made, in ${file}. It encrypts the secrets of stacks: keep a copy of it, as without it no stack can be changed.\n`;
}
