/** @module What to do about what the engine says: where its own words leave that open. */
import { stackFile } from './stack-file';
import type { StateFolder } from './state-folder';

/** What hints name. */
export interface HintContext {
  readonly state: StateFolder;
  readonly stack: string;
  /** The version of the engine's plugin for Kubernetes. */
  readonly plugin: string;
}

/** Sentences for what the engine said; none for what it explains by itself. */
export function hintsFor(said: string, context: HintContext): readonly string[] {
  return HINTS.filter(([pattern]) => pattern.test(said)).map(([, hint]) => hint(context));
}

type Hint = readonly [RegExp, (context: HintContext) => string];

const HINTS: readonly Hint[] = [
  [
    /currently locked by|\[409\] Conflict/,
    ({ state, stack }) =>
      `Another run holds the stack. Wait for it; where none goes on any more, because it crashed, let the stack go with: ${engineCommand(state, `cancel ${stack} --yes`)}`,
  ],
  [
    /(resource plugin|pulumi-resource-)[ '"]*kubernetes|plugin for kubernetes|provider plugin.*kubernetes/i,
    ({ plugin }) =>
      `The engine's plugin for Kubernetes is missing and could not be fetched. Run: pulumi plugin install resource kubernetes ${plugin}. On a host without network, fetch pulumi-resource-kubernetes-v${plugin}-linux-amd64.tar.gz elsewhere (releases of github.com/pulumi/pulumi-kubernetes), and add --file and its path.`,
  ],
  [
    /marked for protection|is protected/,
    () =>
      `Volumes with data are protected. To remove the platform all the same, run first: hks platform up --config protectData=false. docs/platform/removal.md says which of them stay.`,
  ],
  [
    /incorrect passphrase/,
    ({ state }) =>
      `The stack was made with another passphrase, perhaps on another machine. Bring its file to ${state.folder}/passphrase with mode 0600, or set PULUMI_CONFIG_PASSPHRASE_FILE.`,
  ],
  [
    /could not decrypt|message authentication failed/,
    ({ state, stack }) =>
      `The settings in ${state.project}/${stackFile(stack)} were encrypted with another passphrase than this one.`,
  ],
];

/** A command of the CLI that finds the stack as we do. */
function engineCommand({ backend, project }: StateFolder, command: string): string {
  return `PULUMI_BACKEND_URL='${backend}' pulumi --cwd '${project}' ${command}`;
}
