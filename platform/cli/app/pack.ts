/** @module What V8 has compiled of all modules of a process, in one file: later processes need not compile them again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, keyOf, markUsed, writeAtOnce } from './cache';

/** Compiled code is aligned as V8 reads it. */
const ALIGNMENT = 8;
const SEAL_LENGTH = 64;

/** What was compiled of a source. */
export interface Compiled {
  /** Hash of the source. */
  readonly key: string;
  readonly data: Buffer;
}

/** The name of the pack: V8 takes compiled code of its own version only. */
export function packName(): string {
  const { versions, arch, platform } = process;
  return `${keyOf([versions.v8, versions.node, arch, platform, __filename])}.pack`;
}

/** What was compiled, by file; nothing when there is no pack, or it is not as it was written. */
export function readPack(folder: string, name: string): Map<string, Compiled> {
  try {
    const path = join(folder, name);
    const pack = readFileSync(path);
    const body = pack.subarray(SEAL_LENGTH);
    if (pack.toString('latin1', 0, SEAL_LENGTH) !== hashOf(body)) return new Map();
    markUsed(path);
    const begin = 4 + body.readUInt32LE();
    const entries: [file: string, key: string, at: number, length: number][] = JSON.parse(
      body.toString('utf8', 4, begin),
    );
    const data = body.subarray(aligned(begin));
    return new Map(
      entries.map(([file, key, at, length]) => [
        file,
        { key, data: data.subarray(at, at + length) },
      ]),
    );
  } catch {
    return new Map();
  }
}

/** Stores what was compiled. */
export function writePack(
  folder: string,
  name: string,
  compiled: ReadonlyMap<string, Compiled>,
): void {
  let at = 0;
  const parts: Buffer[] = [];
  const entries = [...compiled].map(([file, { key, data }]) => {
    const entry = [file, key, at, data.length];
    parts.push(data, Buffer.alloc(aligned(data.length) - data.length));
    at += aligned(data.length);
    return entry;
  });
  const header = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const begin = length.length + header.length;
  const body = Buffer.concat([length, header, Buffer.alloc(aligned(begin) - begin), ...parts]);
  writeAtOnce(folder, name, Buffer.concat([Buffer.from(hashOf(body)), body]));
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
