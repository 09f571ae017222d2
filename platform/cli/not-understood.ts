/** @module What of a command line is not understood. */

/** What was asked for cannot be done, whatever the cluster: the exit code is 2. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

/** The action's result, or its error as one of understanding. */
export function understood<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new NotUnderstood((error as Error).message);
  }
}
