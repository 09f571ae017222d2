/** @module The engine by Pulumi's Automation API: the program runs in this process, the engine in the CLI's. */
import {
  CommandError,
  LocalWorkspace,
  type PreviewOptions,
  type PulumiFn,
  Stack,
} from '@pulumi/pulumi/automation';
import { type Engine, EngineFailure, type EngineRun, type StackContents } from './engine';
import { pulumi } from './pulumi-cli';
import { PROJECT } from './state-folder';

/** Which stack, and where. */
export interface StackAddress {
  readonly stack: string;
  /** The folder of the engine's project. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @param program what the stack's resources are; it runs with the stack's settings */
export async function automationEngine(
  { stack, project, env }: StackAddress,
  program: PulumiFn,
): Promise<Engine> {
  const envVars = defined(env);
  const workspace = await LocalWorkspace.create({
    workDir: project,
    program,
    projectSettings: { name: PROJECT, runtime: 'nodejs', description: 'HKS on a host cluster' },
    envVars,
  });
  const cli = (args: readonly string[], input?: string) =>
    pulumi([...args, '--stack', stack], {
      cwd: project,
      env,
      ...(input !== undefined && { input }),
    });
  let selection: Stack | undefined;
  const selected = async () => {
    selection ??= await quietly(() => Stack.select(stack, workspace));
    return selection;
  };
  return {
    exists: async () => {
      try {
        await selected();
        return true;
      } catch (error) {
        if (error instanceof EngineFailure && /no stack named/.test(error.said)) return false;
        throw error;
      }
    },
    // Secrets stay encrypted in an export.
    made: async () => contentsOf(JSON.parse(await cli(['stack', 'export']))),
    create: async () => {
      await quietly(() => workspace.createStack(stack));
    },
    settings: async () => {
      const all = await quietly(() => workspace.getAllConfig(stack));
      return new Map(Object.entries(all).map(([key, { value }]) => [key, value]));
    },
    recallSettings: async () => {
      await cli(['config', 'refresh', '--force']);
    },
    storeSecret: async (path, value, file) => {
      const key = `${PROJECT}:${path}`;
      await cli(['config', 'set', '--path', key, '--secret', '--config-file', file], value);
    },
    preview: async (run) => followed(run, async (o) => (await selected()).preview(o)),
    up: async (run) =>
      followed(run, async (o) => (await selected()).up({ ...o, showSecrets: false })),
    previewDestroy: async (run) => followed(run, async (o) => (await selected()).previewDestroy(o)),
    destroy: async (run) =>
      followed(run, async (o) => (await selected()).destroy({ ...o, showSecrets: false })),
    outputs: async (showSecrets) =>
      JSON.parse(
        await cli(['stack', 'output', '--json', ...(showSecrets ? ['--show-secrets'] : [])]),
      ),
  };
}

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly {
      readonly type?: string;
      readonly inputs?: { readonly clusterIdentifier?: unknown };
    }[];
  } | null;
}

/** Each provider of the stack knows its cluster. */
function contentsOf({ deployment }: Exported): StackContents {
  const resources = deployment?.resources ?? [];
  const clusters = resources
    .filter(({ type }) => type === 'pulumi:providers:kubernetes')
    .map(({ inputs }) => inputs?.clusterIdentifier)
    .filter((id) => typeof id === 'string' && id !== '');
  return { isEmpty: resources.length === 0, clusters: [...new Set(clusters as string[])] };
}

type RunOptions = Pick<
  PreviewOptions,
  'onOutput' | 'onError' | 'signal' | 'color' | 'parallel' | 'configFile'
>;

/** What waits for pods holds a place: the engine's own four for each core would make the parts wait for each other. */
const OPERATIONS = 64;

/** Runs the engine with its output where it goes, and knows afterwards what it said. */
async function followed(
  { onOutput, onError, signal, colour, parallel, settingsFile }: EngineRun,
  action: (options: RunOptions) => Promise<unknown>,
): Promise<void> {
  let said = '';
  const heard = (tell: (text: string) => void) => (text: string) => {
    said += text;
    tell(text);
  };
  try {
    await action({
      onOutput: heard(onOutput),
      onError: heard(onError),
      signal,
      color: colour ? 'always' : 'never',
      parallel: parallel ?? OPERATIONS,
      ...(settingsFile !== undefined && { configFile: settingsFile }),
    });
  } catch (error) {
    if (error instanceof CommandError && said !== '') throw new EngineFailure(said, true);
    throw failureOf(error);
  }
}

async function quietly<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failureOf(error);
  }
}

/** Without the command line, which is no business of the reader's. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const { commandResult } = error as unknown as {
    readonly commandResult?: { readonly err?: { readonly stderr?: string } };
  };
  return new EngineFailure(commandResult?.err?.stderr || error.message, false);
}

function defined(env: StackAddress['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
