/** @module An expression becomes a rule, or a refusal with its reason. */
import { invalid } from '../invalid';
import { isInterval, neverComes, parse, type Rule } from './dialect';

/** The rule of an expression. @throws with Kubernetes's reason, or where it never comes */
export function ruleOf(owner: string, expression: string): Rule {
  let rule: Rule;
  try {
    rule = parse(expression);
  } catch (error) {
    throw refusedExpression(owner, expression, (error as Error).message);
  }
  if (isInterval(rule) || !neverComes(rule)) return rule;
  throw invalid(owner, {
    prop: 'expression',
    rule: 'must name a time that comes, and no calendar has this one',
    received: expression,
    fix: `Choose a day that one of the months has, and at least one value in each field`,
  });
}

/** The error for what is no expression. */
export function refusedExpression(
  owner: string,
  received: unknown,
  reason: string,
  prop = 'expression',
): Error {
  return invalid(owner, {
    prop,
    rule: `must be a schedule that Kubernetes takes (${cut(reason)})`,
    received,
    fix: `Write five fields, minute, hour, day of month, month and day of week (0 to 6, Sunday is 0), like '0 3 * * *', or '@daily'`,
  });
}

function cut(reason: string): string {
  return reason.length > 160 ? `${reason.slice(0, 160)}…` : reason;
}
