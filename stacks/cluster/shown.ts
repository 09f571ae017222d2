/** @module Long lists in messages: the first ten, and how many more. */

const SHOWN = 10;

export function shown(names: readonly string[]): string {
  const first = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${first} and ${names.length - SHOWN} more` : first;
}
