/** @module Credentials are references; what else is found in their place is refused and never shown. */
import type { IConstruct } from 'constructs';
import { checkKnown } from '../check';
import type { ConfigMapKey, SecretKey } from '../environment';
import { invalid } from '../invalid';

/** The object with its values hidden, for messages about its keys. */
export function masked(given: object): object {
  return Object.fromEntries(Object.keys(given).map((key) => [key, '***']));
}

/**
 * The keys of a credentials object `{ secret, …Key }`, filled up from the defaults.
 *
 * @param defaults the object's props that name keys of the Secret, each with the key it means by itself
 */
export function checkCredentials<Keys extends string>(
  owner: IConstruct,
  prop: string,
  given: unknown,
  defaults: Readonly<Record<Keys, string>>,
): Readonly<Record<Keys, SecretKey>> {
  const names = Object.keys(defaults) as Keys[];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw literal(owner, prop, given, `{ secret: 'backup-storage' }`);
  }
  checkKnown(owner, masked(given), ['secret', ...names], `${prop}.`);
  const values = given as Record<string, unknown>;
  if (!isObjectName(values.secret))
    throw literal(owner, `${prop}.secret`, values.secret, `'backup-storage'`);
  const secret = values.secret;
  const keys = names.map((name) => {
    const key = values[name] ?? defaults[name];
    if (!isKey(key)) throw literal(owner, `${prop}.${name}`, key, `'${defaults[name]}'`);
    return [name, { secret, key }] as const;
  });
  return Object.fromEntries(keys) as Record<Keys, SecretKey>;
}

/** Refuses anything but `{ secret, key }`, or `{ configMap, key }`. */
export function checkReference<Kind extends 'secret' | 'configMap'>(
  owner: IConstruct,
  prop: string,
  given: unknown,
  kind: Kind,
): Kind extends 'secret' ? SecretKey : ConfigMapKey {
  const value = (given ?? {}) as Record<string, unknown>;
  const known = typeof value === 'object' ? Object.keys(value) : [];
  const fits =
    known.every((key) => key === kind || key === 'key') &&
    isObjectName(value[kind]) &&
    isKey(value.key);
  if (!fits) throw literal(owner, prop, given, `{ ${kind}: 'NAME', key: 'KEY' }`);
  return given as Kind extends 'secret' ? SecretKey : ConfigMapKey;
}

function literal(owner: IConstruct, prop: string, given: unknown, example: string): Error {
  return invalid(owner, {
    prop,
    rule: `must be a reference to an object of the project's namespace, never the value itself`,
    received: given === undefined ? undefined : '***',
    fix: `Put the value in the cluster and write ${example}`,
  });
}

function isObjectName(name: unknown): name is string {
  return typeof name === 'string' && /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name);
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && /^[-._A-Za-z0-9]{1,253}$/.test(key);
}
