/** @module YAML of the values that Kubernetes objects hold: in block style, the same bytes for the same value. */
import { isPlain } from './yaml/plain';
import { hole, loop, MAX_DEPTH, notJson, notUnicode, type Path, tooDeep } from './yaml/refusal';
import { block, inline, isUnicode, quoted } from './yaml/text';

/**
 * One document, ending in a newline. A value that stands in two places is written twice; `undefined` is null, and
 * the document `undefined` is empty. Throws for what JSON cannot hold, with the path of the value.
 * @param subject what messages name, e.g. `CronJob 'shop/nightly'`
 */
export function toYaml(value: unknown, subject = 'the YAML document'): string {
  return value === undefined ? '\n' : new Writer(subject).document(value);
}

/** Documents in one text, `---` between them. */
export function toYamlDocuments(values: readonly unknown[], subject?: string): string {
  return values.map((value) => toYaml(value, subject)).join('---\n');
}

/** Parsers look for the colon of a key on no more characters; a longer key begins with `? `. */
const LONGEST_KEY = 1024;

/** Keys as they are written, with their colon: Kubernetes's objects repeat a few hundred of them. */
const KEYS = new Map<string, string>();
const MOST_KEYS = 4096;
const LONGEST_KEPT_KEY = 64;

/** `\n` and the indentation, by depth. */
const NEWLINES = Array.from({ length: MAX_DEPTH + 2 }, (_, depth) => `\n${'  '.repeat(depth)}`);

function newlineAt(depth: number): string {
  return NEWLINES[depth] ?? '';
}

class Writer {
  private text = '';
  /** By depth: the containers around the place that is being written, and the key or the position in each. */
  private readonly containers: object[] = [];
  private readonly steps: (string | number)[] = [];

  constructor(private readonly subject: string) {}

  document(value: unknown): string {
    this.write(value, 0, false);
    return `${this.text}\n`;
  }

  /** After a key a container begins on a line of its own, elsewhere where the text ends. */
  private write(value: unknown, depth: number, afterKey: boolean): void {
    if (typeof value === 'object' && value !== null) this.container(value, depth, afterKey);
    else {
      const text =
        typeof value === 'string' ? this.string(value, depth) : this.scalar(value, depth);
      this.text += afterKey ? ` ${text}` : text;
    }
  }

  private container(value: object, depth: number, afterKey: boolean): void {
    this.enter(value, depth);
    if (Array.isArray(value)) {
      if (value.length === 0) this.text += afterKey ? ' []' : '[]';
      else this.list(value, depth, afterKey);
      return;
    }
    if (!isPlainObject(value)) throw notJson(this.subject, this.path(depth), value);
    const keys = Object.keys(value);
    if (keys.length === 0) this.text += afterKey ? ' {}' : '{}';
    else this.map(value, keys, depth, afterKey);
  }

  private map(
    value: Readonly<Record<string, unknown>>,
    keys: readonly string[],
    depth: number,
    afterKey: boolean,
  ): void {
    const newline = newlineAt(depth);
    let lead = afterKey ? newline : '';
    for (const key of keys) {
      this.steps[depth] = key;
      const text = KEYS.get(key) ?? this.key(key, depth);
      const isShort = text.length <= LONGEST_KEY + 1;
      this.text += isShort ? lead + text : `${lead}? ${text.slice(0, -1)}${newline}: `;
      this.write(value[key], depth + 1, isShort);
      lead = newline;
    }
  }

  private list(value: readonly unknown[], depth: number, afterKey: boolean): void {
    const newline = newlineAt(depth);
    let lead = afterKey ? newline : '';
    for (let i = 0; i < value.length; i++) {
      this.steps[depth] = i;
      if (value[i] === undefined && !(i in value)) throw hole(this.subject, this.path(depth + 1));
      this.text += `${lead}- `;
      this.write(value[i], depth + 1, false);
      lead = newline;
    }
  }

  private key(key: string, depth: number): string {
    if (!isUnicode(key)) throw notUnicode(this.subject, this.path(depth + 1), key);
    const text = `${inline(key)}:`;
    if (key.length <= LONGEST_KEPT_KEY) {
      if (KEYS.size >= MOST_KEYS) KEYS.clear();
      KEYS.set(key, text);
    }
    return text;
  }

  private string(value: string, depth: number): string {
    if (isPlain(value)) return value;
    if (!isUnicode(value)) throw notUnicode(this.subject, this.path(depth), value);
    // Parsers disagree on what the lines of a block are indented from where nothing is around it.
    return depth > 0 && value.includes('\n') ? block(value, newlineAt(depth)) : quoted(value);
  }

  /** YAML 1.1 knows no exponent without a fraction: `1.0e+21`. */
  private scalar(value: unknown, depth: number): string {
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw notJson(this.subject, this.path(depth), value);
    const text = String(value);
    return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
  }

  private enter(value: object, depth: number): void {
    const outer = this.containers.indexOf(value);
    if (outer !== -1 && outer < depth) throw loop(this.subject, this.path(depth), this.path(outer));
    if (depth >= MAX_DEPTH) throw tooDeep(this.subject, this.path(depth));
    this.containers[depth] = value;
  }

  private path(depth: number): Path {
    return this.steps.slice(0, depth);
  }
}

/** Also of another realm, e.g. a worker's or a test's. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    Object.getPrototypeOf(prototype) === null
  );
}
