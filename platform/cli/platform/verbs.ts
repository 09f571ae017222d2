/** @module The verbs of the platform: what is checked, what is asked, and what the engine does. */
import type { ExitCode, Terminal } from '../main';
import { checkCluster, checkRemoval, tellTarget } from './cluster';
import { EngineFailure } from './engine';
import { followed, type OpenedStack, openStack, tellFailure } from './opened';
import { outputLines } from './outputs';
import { asked } from './question';
import type { PlatformRequest } from './request';
import { checkAlone, nextSettings, settingsFor } from './settings';
import { openStateFolder } from './state-folder';

type Verb = (opened: OpenedStack) => Promise<ExitCode>;

/** Runs the verb on its stack. @throws what is wrong before the engine runs */
export async function runVerb(request: PlatformRequest, terminal: Terminal): Promise<ExitCode> {
  checkAlone(request, terminal);
  const place = { request, terminal, state: openStateFolder(terminal) };
  try {
    return await VERBS[request.verb](await openStack(place));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    tellFailure(place, error);
    return 1;
  }
}

/** Makes or changes the platform; a preview shows what that would do, and stores no setting. */
async function up(opened: OpenedStack): Promise<ExitCode> {
  const { engine, request, terminal, exists } = opened;
  const config = await settingsFor(opened);
  const cluster = tellTarget(opened, config);
  await checkCluster(opened, cluster, config);
  if (!exists) await engine.create();
  const next = await nextSettings(opened);
  try {
    if (request.verb === 'preview' || !request.yes) {
      const shown = await followed(opened, engine.preview, next?.file);
      if (shown !== 0 || request.verb === 'preview') return shown;
      const answer = await confirmed('Do you want to perform this update?', terminal);
      if (answer !== 0) return answer;
    }
    next?.store();
    return await followed(opened, engine.up);
  } finally {
    next?.discard();
  }
}

async function destroy(opened: OpenedStack): Promise<ExitCode> {
  const { engine, request, terminal, state } = opened;
  if (!opened.exists) return noStack(opened);
  const config = await settingsFor(opened);
  const cluster = tellTarget(opened, config);
  await checkRemoval(opened, cluster);
  if (!request.yes) {
    const shown = await followed(opened, engine.previewDestroy);
    if (shown !== 0) return shown;
    const answer = await confirmed('Do you want to perform this destroy?', terminal);
    if (answer !== 0) return answer;
  }
  const end = await followed(opened, engine.destroy);
  if (end === 0) {
    terminal.stdout.write(
      `What stays: Knative's CRDs, the namespace hks-system with its volumes, and the stack's settings in ${state.project}. The next hks platform up takes them up again; docs/platform/removal.md says how they go.\n`,
    );
  }
  return end;
}

async function outputs(opened: OpenedStack): Promise<ExitCode> {
  const { engine, request, terminal } = opened;
  if (!opened.exists) return noStack(opened);
  const all = await engine.outputs(request.showSecrets);
  const text = request.json ? `${JSON.stringify(all, null, 2)}\n` : outputLines(all);
  terminal.stdout.write(text);
  if (text === '') {
    terminal.stderr.write(
      `note: the stack '${request.stack}' tells nothing yet; hks platform up makes the platform.\n`,
    );
  }
  return 0;
}

const VERBS: Readonly<Record<PlatformRequest['verb'], Verb>> = {
  up,
  preview: up,
  destroy,
  outputs,
};

function noStack({ terminal, state, request }: OpenedStack): ExitCode {
  terminal.stderr.write(
    `error: there is no stack '${request.stack}' in ${state.backend}. hks platform up makes it; --stack names another one.\n`,
  );
  return 1;
}

/** 0 for yes. */
async function confirmed(question: string, terminal: Terminal): Promise<ExitCode> {
  const answer = await asked(`${question} (yes/no) `, terminal);
  if (answer === true) return 0;
  terminal.stderr.write('not confirmed; nothing was changed.\n');
  return answer === 'interrupted' ? 130 : 1;
}
