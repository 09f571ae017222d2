/** @module The Pulumi CLI: whether it is here, and commands that the Automation API has not, or not without a secret in its arguments. */
import { spawn } from 'node:child_process';
import { EngineFailure } from './engine';

/** How the CLI is run. */
export interface CliOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads. @default - nothing */
  readonly input?: string;
}

/** Destroying with an inline program needs this version. */
const MINIMUM = [3, 181, 0] as const;

const INSTALL = `Install it from https://get.pulumi.com, or unpack the archive of a release of github.com/pulumi/pulumi on a host without network, and put its folder on PATH`;

/** @throws where there is no CLI, or one that is too old */
export async function requireCli(options: CliOptions): Promise<void> {
  const version = await versionOf(options);
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const [major = 0, minor = 0] = parts;
  if (major === MINIMUM[0] && minor >= MINIMUM[1]) return;
  throw new Error(
    `the Pulumi CLI must be ${MINIMUM.join('.')} or a newer 3.x, and it is ${version || 'of no version'}. ${INSTALL}.`,
  );
}

async function versionOf(options: CliOptions): Promise<string> {
  try {
    return (await pulumi(['version'], options)).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `the Pulumi CLI is missing: there is no 'pulumi' on PATH. ${INSTALL}; version ${MINIMUM.join('.')} or a newer 3.x. No account is needed.`,
    );
  }
}

/** Runs it and gives its standard output. @throws EngineFailure with its errors */
export function pulumi(args: readonly string[], { cwd, env, input }: CliOptions): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn('pulumi', [...args, '--non-interactive'], { cwd, env });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    // It may end before it has read.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done(out);
      else failed(new EngineFailure(err || out, false));
    });
  });
}
