/** @module What an exit code means for the Job. */
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';

export interface FailureRule {
  /** Exit codes, 0 to 255. */
  readonly exitCodes: readonly number[];
  /** `FailJob` ends the Job without another retry, `Ignore` retries without counting, `Count` counts as without a rule. */
  readonly action: 'FailJob' | 'Ignore' | 'Count';
  /** Whether the rule is for these codes or for all others. @default 'In' */
  readonly operator?: 'In' | 'NotIn';
}

/** A Job's `podFailurePolicy`, as far as exit codes go. */
export interface PodFailurePolicy {
  readonly rules: readonly {
    readonly action: string;
    readonly onExitCodes: {
      readonly containerName: string;
      readonly operator: string;
      readonly values: readonly number[];
    };
  }[];
}

/** The policy for the container's exit codes; the first rule that fits decides. */
export function podFailurePolicy(
  owner: IConstruct,
  containerName: string,
  given: readonly FailureRule[] = [],
): PodFailurePolicy | undefined {
  if (!Array.isArray(given) || given.length > 20) {
    throw invalid(owner, {
      prop: 'failurePolicy',
      rule: 'must be an array of at most 20 rules',
      received: given,
      fix: `Write [{ exitCodes: [3], action: 'FailJob' }]`,
    });
  }
  if (given.length === 0) return undefined;
  return {
    rules: given.map((rule: FailureRule, index) => {
      const prop = `failurePolicy[${index}]`;
      checkKnown(owner, rule, ['exitCodes', 'action', 'operator'], `${prop}.`);
      const action = checkOneOf(owner, `${prop}.action`, rule.action ?? null, [
        'FailJob',
        'Ignore',
        'Count',
      ] as const);
      const operator =
        checkOneOf(owner, `${prop}.operator`, rule.operator, ['In', 'NotIn'] as const) ?? 'In';
      return {
        action: action as string,
        onExitCodes: {
          containerName,
          operator,
          values: exitCodes(owner, `${prop}.exitCodes`, rule.exitCodes, operator),
        },
      };
    }),
  };
}

/** Kubernetes wants them ascending, once each, and no 0 among failures. */
function exitCodes(
  owner: IConstruct,
  prop: string,
  given: readonly number[],
  operator: 'In' | 'NotIn',
): readonly number[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw invalid(owner, {
      prop,
      rule: 'must be an array of at least one exit code',
      received: given,
      fix: 'Write [3]',
    });
  }
  given.forEach((code, index) => {
    checkInteger(owner, `${prop}[${index}]`, code, { min: operator === 'In' ? 1 : 0, max: 255 });
  });
  return [...new Set<number>(given)].sort((a, b) => a - b);
}
