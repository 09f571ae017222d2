/** @module Blocks of IP addresses, v4 and v6: reading them, and whether one holds another. */
import { isIP } from 'node:net';

/** A block of addresses. */
export interface Cidr {
  readonly family: 4 | 6;
  /** The first address as a number. */
  readonly first: bigint;
  readonly prefix: number;
}

/** The block that the text names, its host bits as written; undefined when it names none. */
export function parseCidr(text: unknown): Cidr | undefined {
  if (typeof text !== 'string') return undefined;
  const [address = '', prefixText = '', ...more] = text.split('/');
  const family = isIP(address);
  if (more.length > 0 || (family !== 4 && family !== 6) || address.includes('%')) return undefined;
  const prefix = /^(0|[1-9]\d{0,2})$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  if (!(prefix <= bitsOf(family))) return undefined;
  return { family, first: family === 4 ? number4(address) : number6(address), prefix };
}

/** The block with its host bits cleared: `10.1.2.3/8` becomes `10.0.0.0/8`. */
export function networkOf({ family, first, prefix }: Cidr): Cidr {
  const size = 1n << BigInt(bitsOf(family) - prefix);
  return { family, first: first - (first % size), prefix };
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.family === inner.family &&
    outer.prefix <= inner.prefix &&
    networkOf({ ...inner, prefix: outer.prefix }).first === networkOf(outer).first
  );
}

/** The block as text; v6 in its eight groups with the longest run of zeros left out. */
export function cidrText({ family, first, prefix }: Cidr): string {
  return `${family === 4 ? text4(first) : text6(first)}/${prefix}`;
}

/** Number of bits of an address: 32 or 128. */
export function bitsOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function number4(address: string): bigint {
  return address.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function number6(address: string): bigint {
  const hex = address.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const value = number4(tail);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
}

function text4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

function text6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const runs = groups.join(':').match(/\b0(:0)+\b/g) ?? [];
  const longest = [...runs].sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return groups.join(':');
  const [before, after] = splitOnce(groups.join(':'), longest);
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}

function splitOnce(text: string, part: string): readonly [string, string] {
  const at = text.search(new RegExp(`\\b${part}\\b`));
  return [text.slice(0, at), text.slice(at + part.length)];
}
