/** @module What `hks platform` is asked for: its options, understood. */
import { invalid } from '../../../constructs/invalid';
import { isTerminal } from '../colour';
import type { Terminal } from '../main';
import { understood } from '../not-understood';
import { type Changes, changesOf, type SettingOptions } from './changes';

export type PlatformVerb = 'up' | 'preview' | 'destroy' | 'outputs';

/** The options as commander gives them. */
export interface PlatformOptions extends Partial<SettingOptions> {
  readonly stack: string;
  readonly yes?: boolean;
  readonly parallel?: string;
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

export interface PlatformRequest {
  readonly verb: PlatformVerb;
  readonly stack: string;
  readonly changes: Changes;
  /** Whether it goes on without a question. */
  readonly yes: boolean;
  readonly parallel?: number;
  readonly json: boolean;
  readonly showSecrets: boolean;
}

/** @throws NotUnderstood */
export function requestOf(
  verb: PlatformVerb,
  options: PlatformOptions,
  terminal: Terminal,
): PlatformRequest {
  const { stack, yes = false, config = [], parallel, json = false, showSecrets = false } = options;
  return understood(() => {
    const owner = `hks platform ${verb}`;
    if (!/^(\w[\w.-]*\/){0,2}\w[\w.-]*$/.test(stack)) {
      throw invalid(owner, {
        prop: '--stack',
        rule: 'must be a name of letters, digits, dots, dashes and underscores that begins with no dot or dash',
        received: stack,
        fix: 'Write --stack host; a service may want organisation/project/stack',
      });
    }
    if (parallel !== undefined && !/^[1-9]\d{0,3}$/.test(parallel)) {
      throw invalid(owner, {
        prop: '--parallel',
        rule: 'must be a number from 1 to 9999',
        received: parallel,
        fix: 'Write --parallel 8',
      });
    }
    if ((verb === 'up' || verb === 'destroy') && !yes && !canAsk(terminal)) {
      throw invalid(owner, {
        prop: '--yes',
        rule: 'must be given where there is no terminal to ask on',
        received: undefined,
        fix:
          verb === 'up'
            ? 'See what hks platform preview shows, then add --yes'
            : 'Add --yes to remove the platform',
      });
    }
    return {
      verb,
      stack,
      changes: changesOf({ ...options, config }, terminal.cwd),
      yes,
      ...(parallel !== undefined && { parallel: Number(parallel) }),
      json,
      showSecrets,
    };
  });
}

/** Whether there is someone who sees a question and can answer it. */
function canAsk({ stdout }: Terminal): boolean {
  return isTerminal(stdout) && process.stdin.isTTY === true;
}
