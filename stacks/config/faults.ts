/** @module What is wrong with settings, a line for each fault: path, rule, value, and the command that puts it right. */
import { inspect } from 'node:util';
import type { z } from 'zod';
import { nearest } from '../../constructs/check';
import { invalid } from '../../constructs/invalid';
import { SECRET_SETTINGS } from './schema';
import { exampleOf, LEAVES, SETTINGS, type Setting, settingAt, shownPath } from './tree';

export interface Fault {
  /** Where it is, key by key. */
  readonly path: readonly PropertyKey[];
  readonly rule: string;
  readonly received: unknown;
  /** What to do, as a sentence without its full stop. */
  readonly fix: string;
}

/** Settings are refused: its message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(line).join('\n'));
  }
}

/** The faults that zod found, one for each place. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], settings: unknown): readonly Fault[] {
  const faults = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...issue.path, key]))
      : [refused(issue, settings)],
  );
  const places = faults.map(({ path }) => shownPath(path));
  return faults.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

/** `pulumi config set --path hks:registry.size 20Gi` */
export function setCommand(path: string, value = '', secret = false): string {
  const options = secret ? '--path --secret' : '--path';
  return `pulumi config set ${options} ${quoted(`hks:${path}`)} ${quoted(value)}`.trim();
}

/** `pulumi config rm --path hks:registry.size` */
export function removeCommand(path: string): string {
  return `pulumi config rm --path ${quoted(`hks:${path}`)}`;
}

function line({ path, rule, received, fix }: Fault): string {
  const prop = path.length === 0 ? 'hks' : shownPath(path);
  return invalid('the settings', { prop, rule, received: harmless(path, received), fix }).message;
}

/** A secret, what may hold one, and what has a password in it are not shown. */
function harmless(path: readonly PropertyKey[], value: unknown): unknown {
  const place = shownPath(path);
  const secret = SECRET_SETTINGS.some(
    (setting) => place === '' || place.startsWith(setting) || `${setting}.`.startsWith(`${place}.`),
  );
  return secret || PASSWORD.test(inspect(value, { depth: null })) ? '***' : value;
}

/** `user:password@host`, with a scheme or without, and what htpasswd writes; an image's digest is none. */
const PASSWORD = /:\S*@(?!sha256:)|:\$(2[aby]|apr1)\$/;

/** A key that the schema does not have; its value may be anything, also a secret in a wrong place. */
function unknownKey(path: readonly PropertyKey[]): Fault {
  const name = String(path.at(-1));
  const meant = intended(path);
  return {
    path,
    rule: 'is not a known setting',
    received: name,
    fix: meant
      ? `Did you mean '${meant.path}'? Run ${takenAway(path)} and ${setTo(meant)}`
      : `Known are ${namesOf(path.slice(0, -1)).join(', ')}. Run ${takenAway(path)}`,
  };
}

/** The setting that a wrong key was meant to be: one with dots that came without --path, one beside it, or one of that name elsewhere. */
function intended(path: readonly PropertyKey[]): Setting | undefined {
  const name = String(path.at(-1));
  const dotted = path.length === 1 ? LEAVES.find((leaf) => leaf.path === name) : undefined;
  const siblings = settingAt(path.slice(0, -1))?.children;
  const near = siblings?.get(nearest(name, [...siblings.keys()]) ?? '');
  return dotted ?? near ?? LEAVES.find((leaf) => leaf.path.endsWith(`.${name}`));
}

function namesOf(path: readonly PropertyKey[]): readonly string[] {
  return [...(settingAt(path) ?? SETTINGS).children.keys()].map((name) => `'${name}'`);
}

/** Keys with dots at the top came without --path, and go without it. */
function takenAway(path: readonly PropertyKey[]): string {
  const [key] = path;
  const plain = path.length === 1 && typeof key === 'string' && key.includes('.');
  return plain ? `pulumi config rm ${quoted(`hks:${key}`)}` : removeCommand(shownPath(path));
}

function refused(issue: z.core.$ZodIssue, settings: unknown): Fault {
  const setting = settingAt(issue.path);
  const received = issue.path.reduce<unknown>(inside, settings);
  const badKey = issue.code === 'invalid_key';
  return {
    path: issue.path,
    rule: badKey ? (issue.issues[0]?.message ?? issue.message) : ruleFor(issue, setting),
    received: badKey ? String(issue.path.at(-1)) : received,
    fix:
      badKey || !setting
        ? `Run ${removeCommand(shownPath(issue.path))}`
        : fixFor(setting, shownPath(issue.path), received),
  };
}

function inside(value: unknown, key: PropertyKey): unknown {
  return (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
}

/** A check's own words where it has some; what the setting takes otherwise. */
function ruleFor({ code, message }: z.core.$ZodIssue, setting: Setting | undefined): string {
  const own = code === 'invalid_format' || code === 'custom' || code === 'invalid_union';
  return own ? message : (setting?.rule ?? message);
}

function fixFor(setting: Setting, path: string, received: unknown): string {
  if (setting.kind === 'object' || setting.kind === 'record') {
    const [first] = setting.children.values();
    const inner = first ?? setting.item;
    const remove = path === '' ? '' : `${removeCommand(path)}, then `;
    return `Run ${remove}${inner ? setTo(inner) : ''}`;
  }
  if (setting.kind === 'list' && setting.item) {
    return `Run ${removeCommand(path)}, then ${setTo(setting.item)} for each entry`;
  }
  const near = typeof received === 'string' ? nearest(received, setting.choices) : undefined;
  if (near) return `Did you mean '${near}'? Run ${setCommand(path, near)}`;
  return exampleOf(setting) === undefined && !setting.secret
    ? `Give it a value, or run ${removeCommand(path)}`
    : `Run ${setTo({ ...setting, path })}`;
}

function setTo(setting: Setting): string {
  const inner = setting.kind === 'object' ? [...setting.children.values()][0] : setting.item;
  if (inner) return setTo(inner);
  return setCommand(
    setting.path,
    setting.secret ? '' : (exampleOf(setting) ?? 'VALUE'),
    setting.secret,
  );
}

function quoted(text: string): string {
  return /^[\w.:/@=-]*$/.test(text) ? text : `'${text}'`;
}
