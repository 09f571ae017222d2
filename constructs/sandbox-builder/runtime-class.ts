/** @module The RuntimeClass that keeps code that nobody reviewed away from the node's kernel. */
import type { Construct } from 'constructs';
import { checkName } from '../check';

/** The RuntimeClass of sandboxes and builds unless a prop says otherwise. */
export const SANDBOX_RUNTIME_CLASS = 'gvisor';

/** The name of a RuntimeClass, or nothing for `false`. */
export function checkRuntimeClass(
  owner: Construct,
  prop: string,
  value: unknown,
): string | undefined {
  if (value === false) return undefined;
  return checkName(owner, prop, value);
}
