/** @module The file of one object: its text, and the hash by which a later run knows that it need not be made again. */

import type { PlacedObject } from './admission';
import { fileOf, sha256 } from './files';
import type { Manifest } from './objects';
import { toYaml } from './yaml';

/** An object of a folder with its place in it. */
export class ObjectFile {
  /** Path in the folder. */
  readonly file: string;
  private valueHash: string | undefined;

  constructor(
    readonly object: PlacedObject,
    /** What is written: the object's own JSON, or with what the tree adds to it. */
    private readonly json: Manifest = object.json,
  ) {
    this.file = fileOf(object);
  }

  /** @throws for a value that YAML cannot hold, with its path */
  text(): string {
    const { kind, path } = this.object;
    return toYaml(this.json, `${kind} '${path}'`);
  }

  /** Whether JSON holds all of the value; otherwise its text has to be made to be known. */
  hasHash(): boolean {
    this.valueHash ??= isJson(this.json) ? sha256(JSON.stringify(this.json)) : '';
    return this.valueHash !== '';
  }

  /** Ties the value to the text that it once gave, by the SHA-256 of that. */
  hash(text: string): string | undefined {
    return this.hasHash() ? sha256(`${this.valueHash} ${text}`) : undefined;
  }
}

/** Deeper than any manifest; YAML refuses it, or a value that holds itself, and says where. */
const DEEPEST = 100;

/** Whether JSON holds all of the value, with nothing changed or left out. */
function isJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > DEEPEST) return false;
  if (!Array.isArray(value) && !isPlain(value)) return false;
  for (const item of Array.isArray(value) ? value : Object.values(value))
    if (!isJson(item, depth + 1)) return false;
  return true;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
