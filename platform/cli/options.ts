/** @module What `hks synth` is asked for: its options, and which of them exclude each other. */
import { checkName } from '../../constructs/check';
import { invalid } from '../../constructs/invalid';
import { isTerminal } from './colour';
import { CONFIG_FILE, readConfig } from './config';
import { importsHint } from './imports/hint';
import type { Terminal } from './main';
import {
  type ValidationOptions,
  type ValidationRequest,
  validationRequest,
} from './validations/request';

/** The options of `hks synth`, as the command line gives them. */
export interface SynthOptions extends ValidationOptions {
  /** Command that runs the app, for a shell. */
  readonly app?: string;
  /** Folder that the app writes to. */
  readonly output?: string;
  /** Fails when the folder is not as the app renders it. */
  readonly check?: boolean;
  /** Shows what is different in the folder, or in the cluster. */
  readonly diff?: boolean;
  /** Compares with the cluster. */
  readonly cluster?: boolean;
  /** The cluster's context in kubeconfig. */
  readonly context?: string;
  /** Who applies the objects, as server-side apply knows it. */
  readonly fieldManager?: string;
  /** Limits all to these tenants. */
  readonly tenant?: readonly string[];
  /** Runs the app again whenever its files change. */
  readonly watch?: boolean;
}

/** What is to be run, from the options and cdk8s.yaml. */
export interface SynthRequest {
  readonly app: string;
  readonly output: string;
  /** None for all. */
  readonly tenants: readonly string[];
  /** What judges the manifests; undefined when nothing does. */
  readonly validation: ValidationRequest | undefined;
  /** What the app may lack when it fails. */
  readonly hint: string | undefined;
}

const PROGRESS: typeof import('../../constructs/synth/progress').PROGRESS = 'HKS_PROGRESS';
const OWNER = 'hks synth';

/** Each excludes the others. */
const MODES = ['stdout', 'check', 'diff', 'watch'] as const;

/** @throws with every fault of the options, else of cdk8s.yaml */
export function readRequest(options: SynthOptions, cwd: string): SynthRequest {
  const faults = optionFaults(options);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const { app, output, configured, config } = readConfig(options, cwd);
  if (options.stdout && options.output !== undefined && options.output !== configured) {
    throw invalid(OWNER, {
      prop: '--output',
      rule: `must not be used with '--stdout', which neither reads nor writes a folder`,
      received: options.output,
      fix: `Leave it out, or write the folder as 'output' of ${CONFIG_FILE}`,
    });
  }
  const validation = validationRequest(options, config);
  const tenants = [...new Set(options.tenant)];
  return { app, output, tenants, validation, hint: importsHint(config, cwd) };
}

/** What the app is told besides its folder. */
export function environmentOf(
  { tenants, validation }: SynthRequest,
  { env, stderr }: Terminal,
): Readonly<Record<string, string>> {
  return {
    ...(isTerminal(stderr) ? { [PROGRESS]: env[PROGRESS] ?? '1' } : {}),
    ...(tenants.length > 0 ? { HKS_TENANTS: tenants.join(',') } : {}),
    // By it the reports of plugins name the constructs.
    ...(validation ? { CDK8S_RECORD_CONSTRUCT_METADATA: 'true' } : {}),
  };
}

/** The request, or the message on the terminal when it cannot be understood. */
export function understood(options: SynthOptions, terminal: Terminal): SynthRequest | undefined {
  try {
    return readRequest(options, terminal.cwd);
  } catch (error) {
    terminal.stderr.write(`error: ${(error as Error).message}\n`);
    return undefined;
  }
}

function optionFaults(options: SynthOptions): readonly string[] {
  const [first, ...others] = MODES.filter((mode) => options[mode]).map((mode) => `--${mode}`);
  return [
    ...others.map((other) =>
      fault(
        other,
        `must not be used with '${first}'`,
        `${first} ${other}`,
        'Run the command once for each',
      ),
    ),
    ...(options.cluster && !options.diff
      ? [needs('--cluster', '--diff', true, 'Write hks synth --diff --cluster')]
      : []),
    ...(['context', 'fieldManager'] as const)
      .filter((option) => options[option] !== undefined && !options.cluster)
      .map((option) => {
        const name = option === 'context' ? '--context' : '--field-manager';
        return needs(
          name,
          '--cluster',
          options[option],
          `Write hks synth --diff --cluster ${name} ${options[option]}`,
        );
      }),
    ...(options.fieldManager !== undefined && !/^[\x21-\x7e]{1,128}$/.test(options.fieldManager)
      ? [
          fault(
            '--field-manager',
            'must be 1 to 128 printable characters without blanks',
            options.fieldManager,
            `Write it like 'hks'`,
          ),
        ]
      : []),
    ...(options.tenant ?? []).flatMap(tenantFaults),
  ];
}

function tenantFaults(tenant: string): readonly string[] {
  try {
    checkName(OWNER, '--tenant', tenant);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function needs(option: string, other: string, received: unknown, fix: string): string {
  return fault(option, `must be used with '${other}'`, received, fix);
}

function fault(prop: string, rule: string, received: unknown, fix: string): string {
  return invalid(OWNER, { prop, rule, received, fix }).message;
}
