/** @module The schema read as a tree of settings: what each takes, its rule, its default and what it is for. */
import { z } from 'zod';
import { HostPlatformConfig, SECRET_SETTINGS } from './schema';

export type Kind = 'object' | 'record' | 'list' | 'number' | 'boolean' | 'choice' | 'text';

export interface Setting {
  /** As messages and documents write it, e.g. `registry.size`; empty for all settings together. */
  readonly path: string;
  readonly kind: Kind;
  /** What its value must be, as a clause. */
  readonly rule: string;
  /** The values of a choice. */
  readonly choices: readonly string[];
  readonly default: unknown;
  readonly description: string;
  readonly secret: boolean;
  /** The settings of an object, by their names. */
  readonly children: ReadonlyMap<string, Setting>;
  /** What each value of a record or list is. */
  readonly item?: Setting;
}

/** All settings. */
export const SETTINGS: Setting = setting('', HostPlatformConfig);

/** The settings that have values of their own, in the schema's order. */
export const LEAVES: readonly Setting[] = leavesOf(SETTINGS);

/** The setting at a path as zod's issues name it, if there is one. */
export function settingAt(path: readonly PropertyKey[]): Setting | undefined {
  return path.reduce<Setting | undefined>(
    (found, key) => found?.children.get(String(key)) ?? found?.item,
    SETTINGS,
  );
}

/** A path as Pulumi writes it: `registry.size`, `resolvers[0]`, `features["kubernetes.podspec-tolerations"]`. */
export function shownPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[A-Za-z_][\w-]*$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A value that a setting takes, when it has a default, choices or an example in its rule. */
export function exampleOf({ default: value, choices, rule }: Setting): string | undefined {
  if (value !== undefined && typeof value !== 'object') return String(value);
  return choices[0] ?? /such as '(.+?)'/.exec(rule)?.[1];
}

function setting(path: string, schema: z.ZodType): Setting {
  const { inner, preset } = unwrapped(schema);
  const children = childrenOf(path, inner);
  const item = itemOf(path, inner);
  return {
    path,
    ...kindOf(inner),
    choices: inner instanceof z.ZodEnum ? inner.options.map(String) : [],
    default: preset,
    description: schema.description ?? '',
    secret: SECRET_SETTINGS.includes(path),
    children,
    ...(item && { item }),
  };
}

/** The schema under its default and under what makes it optional. */
function unwrapped(schema: z.ZodType): { readonly inner: z.ZodType; readonly preset?: unknown } {
  if (schema instanceof z.ZodDefault) {
    return { ...unwrapped(schema.unwrap() as z.ZodType), preset: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return { inner: schema };
}

function childrenOf(path: string, schema: z.ZodType): ReadonlyMap<string, Setting> {
  const below = (name: string) => shownPath(path === '' ? [name] : [...path.split('.'), name]);
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries<z.ZodType>(schema.shape);
    return new Map(shape.map(([name, child]) => [name, setting(below(name), child)]));
  }
  return new Map();
}

function itemOf(path: string, schema: z.ZodType): Setting | undefined {
  if (schema instanceof z.ZodArray) return setting(`${path}[0]`, schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) {
    return setting(`${path}.NAME`, schema.valueType as z.ZodType);
  }
  return undefined;
}

function kindOf(schema: z.ZodType): Pick<Setting, 'kind' | 'rule'> {
  if (schema instanceof z.ZodObject) return { kind: 'object', rule: 'must be an object' };
  if (schema instanceof z.ZodRecord) return { kind: 'record', rule: 'must be an object' };
  if (schema instanceof z.ZodArray) return { kind: 'list', rule: 'must be a list' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean', rule: 'must be true or false' };
  if (schema instanceof z.ZodEnum) {
    const choices = schema.options.map((choice) => `'${String(choice)}'`).join(', ');
    return { kind: 'choice', rule: `must be one of ${choices}` };
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    return { kind: 'number', rule: `must be a whole number from ${minValue} to ${maxValue}` };
  }
  return { kind: 'text', rule: ruleOf(schema) };
}

/** The message of the schema's last check that has one of its own; it is the narrowest. */
function ruleOf(schema: z.ZodType): string {
  const { checks = [], error } = schema.def;
  const said = [error, ...checks.map((check) => check._zod.def.error)].flatMap((message) => {
    const text: unknown = (message as (() => unknown) | undefined)?.();
    return typeof text === 'string' ? [text] : [];
  });
  return said.at(-1) ?? 'must be a text that is not empty';
}

function leavesOf(parent: Setting): readonly Setting[] {
  return [...parent.children.values()].flatMap((child) =>
    child.kind === 'object' ? leavesOf(child) : [child],
  );
}
