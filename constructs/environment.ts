/** @module Environment variables: literals and references, merging with removal, and no secret as a literal. */
import { EnvValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkObject } from './check';
import { invalid } from './invalid';
import { compact, type EnvVar } from './manifest';

/** A key of a Secret of the project's namespace. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}
/** A key of a ConfigMap of the project's namespace. */
export interface ConfigMapKey {
  readonly configMap: string;
  readonly key: string;
}

/** The value of a variable: a literal, a reference, or cdk8s-plus's `EnvValue`; `null` removes what was inherited. */
export type EnvironmentValue = string | SecretKey | ConfigMapKey | EnvValue | null;
/** Variables by name. */
export type Environment = Readonly<Record<string, EnvironmentValue>>;

/** The variables as Kubernetes has them, in the order given; removals left out. */
export function resolveEnvironment(
  owner: IConstruct,
  prop: string,
  env: Environment = {},
): readonly EnvVar[] {
  checkObject(owner, prop, env, `{ LOG_LEVEL: 'info' }`);
  return Object.entries(env).flatMap(([name, value]) => {
    const variable = resolveVariable(owner, `${prop}.${name}`, name, value);
    return variable ? [variable] : [];
  });
}

/** The inherited variables, overridden in place or removed by `env`, then its new ones. */
export function mergeEnvironment(
  owner: IConstruct,
  prop: string,
  inherited: readonly EnvVar[],
  env: Environment = {},
): readonly EnvVar[] {
  const own = new Map(
    resolveEnvironment(owner, prop, env).map((variable) => [variable.name, variable]),
  );
  const kept = inherited.flatMap((variable) => {
    if (!Object.hasOwn(env, variable.name)) return [variable];
    const override = own.get(variable.name);
    own.delete(variable.name);
    return override ? [override] : [];
  });
  return [...kept, ...own.values()];
}

function resolveVariable(
  owner: IConstruct,
  prop: string,
  name: string,
  value: EnvironmentValue,
): EnvVar | undefined {
  if (!/^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(name)) {
    throw invalid(owner, {
      prop,
      rule: `must have a name of letters, digits, '_', '-' and '.' that does not begin with a digit`,
      received: name,
      fix: `Use a name like 'LOG_LEVEL'`,
    });
  }
  if (value === null) return undefined;
  if (typeof value === 'string') {
    refuseSecretLiteral(owner, prop, name, value);
    return { name, value };
  }
  if (value instanceof EnvValue) {
    if (typeof value.value === 'string') refuseSecretLiteral(owner, prop, name, value.value);
    return compact({ name, value: value.value, valueFrom: value.valueFrom }) as EnvVar;
  }
  if (isReference(value, 'secret')) {
    checkReference(owner, prop, 'secret', value.secret, value.key);
    return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
  }
  if (isReference(value, 'configMap')) {
    checkReference(owner, prop, 'configMap', value.configMap, value.key);
    return { name, valueFrom: { configMapKeyRef: { name: value.configMap, key: value.key } } };
  }
  throw invalid(owner, {
    prop,
    rule: 'must be a string, { secret, key }, { configMap, key }, an EnvValue, or null to remove it',
    received: value,
    fix:
      typeof value === 'object' || value === undefined
        ? `Write { secret: 'NAME', key: '${name}' } for a key of a Secret`
        : `Write '${String(value)}' in quotes if that is the value`,
  });
}

function isReference<Key extends 'secret' | 'configMap'>(
  value: unknown,
  key: Key,
): value is Record<Key | 'key', string> {
  const reference = value as Record<string, unknown>;
  return (
    typeof reference === 'object' &&
    Object.keys(reference).length === 2 &&
    [reference[key], reference.key].every((text) => typeof text === 'string' && text !== '')
  );
}

const OBJECT_NAME =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KEY = /^(?=.{1,253}$)[-._A-Za-z0-9]+$/;

/** No Secret and no ConfigMap can have such a name or key: the container would never start. */
function checkReference(
  owner: IConstruct,
  prop: string,
  kind: 'secret' | 'configMap',
  name: string,
  key: string,
): void {
  if (!OBJECT_NAME.test(name)) {
    throw invalid(owner, {
      prop: `${prop}.${kind}`,
      rule: `must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters`,
      received: name,
      fix: `Use a name like 'shop-config'`,
    });
  }
  if (KEY.test(key)) return;
  throw invalid(owner, {
    prop: `${prop}.key`,
    rule: `must be letters, digits, '-', '_' and '.', at most 253 characters`,
    received: key,
    fix: `Use a key like 'password'`,
  });
}

const SECRET_NAME =
  /(PASSWORD|PASSWD|PASSPHRASE|(^|_)(SECRET|TOKEN|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|CREDENTIALS?))$/i;

/** A password within an address, as in `postgres://shop:hunter2@db`; none where it is a reference like `$(PASSWORD)`. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:(?!\$\()[^\s/@]+@/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Under a name that says secret, what is none: nothing, a path of a file, a switch, a reference to another variable. */
const NO_SECRET = /^$|^(\/|file:)|^(true|false)$|^\$\([A-Za-z_.-][A-Za-z0-9_.-]*\)$/;

/** What says that a literal is a secret: its name, its value, or nothing. */
export function secretBy(name: string, value: string): 'name' | 'value' | undefined {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[.-]/g, '_');
  if (SECRET_NAME.test(words) && !NO_SECRET.test(value)) return 'name';
  return PASSWORD_IN_URL.test(value) || PRIVATE_KEY.test(value) ? 'value' : undefined;
}

/** Refuses a literal that is a secret by its name or by its look. */
export function refuseSecretLiteral(
  owner: IConstruct,
  prop: string,
  name: string,
  value: string,
): void {
  const by = secretBy(name, value);
  if (by === undefined) return;
  throw invalid(owner, {
    prop,
    rule: `must be a reference, since its ${by} says that it is a secret`,
    received: '***',
    fix: `Put the value in a Secret and write { secret: 'NAME', key: '${name}' }`,
  });
}
