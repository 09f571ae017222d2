/** @module Numbers with what they count. */

/** `1 tenant`, `2 tenants` */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
