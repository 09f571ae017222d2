/** @module All keys of a Secret or ConfigMap as variables. */
import type { IConstruct } from 'constructs';
import { checkBoolean, checkKnown } from '../check';
import { invalid } from '../invalid';
import { compact, type EnvFromSource } from '../manifest';
import { objectName } from './volumes';

/** All keys of a Secret or ConfigMap of the project's namespace as variables. */
export type EnvironmentSource = {
  /** Put before each key. @default - nothing */
  readonly prefix?: string;
  /** Lets the pod start without the object. @default false */
  readonly optional?: boolean;
} & ({ readonly secret: string } | { readonly configMap: string });

/** The sources as Kubernetes has them, in the order given; later ones win. */
export function resolveEnvironmentSources(
  owner: IConstruct,
  prop: string,
  given: readonly EnvironmentSource[] = [],
): readonly EnvFromSource[] {
  if (!Array.isArray(given)) throw refused(owner, prop, given);
  return given.map((source: EnvironmentSource, index) => {
    const own = `${prop}[${index}]`;
    if (typeof source !== 'object' || source === null) throw refused(owner, own, source);
    checkKnown(owner, source, ['secret', 'configMap', 'prefix', 'optional'], `${own}.`);
    if ('secret' in source === 'configMap' in source) throw refused(owner, own, source);
    const prefix = checkPrefix(owner, `${own}.prefix`, source.prefix);
    const optional = checkBoolean(owner, `${own}.optional`, source.optional) || undefined;
    return 'secret' in source
      ? compact({
          prefix,
          secretRef: compact({ name: objectName(owner, `${own}.secret`, source.secret), optional }),
        })
      : compact({
          prefix,
          configMapRef: compact({
            name: objectName(owner, `${own}.configMap`, source.configMap),
            optional,
          }),
        });
  });
}

function checkPrefix(owner: IConstruct, prop: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(value)) return value;
  throw invalid(owner, {
    prop,
    rule: `must be letters, digits, '_', '-' and '.', not beginning with a digit`,
    received: value,
    fix: `Write a prefix like 'SHOP_', or leave it out`,
  });
}

function refused(owner: IConstruct, prop: string, received: unknown): Error {
  const list = !prop.endsWith(']');
  return invalid(owner, {
    prop,
    rule: list
      ? 'must be an array of { secret } or { configMap }'
      : `must have exactly one of 'secret', 'configMap'`,
    received,
    fix: list ? `Write [{ secret: 'shop-secrets' }]` : `Write { secret: 'shop-secrets' }`,
  });
}
