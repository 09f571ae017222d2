/** @module Names that Knative makes Services of, and those of what belongs to a function. */
import type { IConstruct } from 'constructs';
import { checkName } from '../check';
import { invalid } from '../invalid';

/** Refuses a name that is no DNS label, is too long, or does not begin with a letter as the name of a Service must. */
export function checkServiceName(
  owner: IConstruct,
  prop: string,
  value: unknown,
  max: number,
): string {
  const name = checkName(owner, prop, value, max);
  if (/^[a-z]/.test(name)) return name;
  throw invalid(owner, {
    prop,
    rule: 'must begin with a letter, since Knative makes a Service of it',
    received: name,
    fix: `Write 'fn-${name}'`,
  });
}

/** The name of what a trigger makes: that of the function, then the trigger's or its type. */
export function triggerName(
  owner: IConstruct,
  prop: string,
  functionName: string,
  given: unknown,
  type: string,
  max: number,
): string {
  const own = given === undefined ? type : checkName(owner, `${prop}.name`, given);
  const name = `${functionName}-${own}`;
  if (name.length <= max) return name;
  throw invalid(owner, {
    prop: `${prop}.name`,
    rule: `must leave '${functionName}-NAME' within ${max} characters`,
    received: own,
    fix: `Shorten it, or the function's name, by ${name.length - max} characters`,
  });
}
