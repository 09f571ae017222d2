/** @module Settings as the Pulumi CLI or a caller gives them, read, checked and completed with defaults. */
import { coerced } from './coerce';
import { conflicts } from './conflicts';
import { ConfigError, type Fault, faultsOf } from './faults';
import { HostPlatformConfig } from './schema';
import { SETTINGS } from './tree';

export { ConfigError, type Fault } from './faults';

const NAMESPACE = 'hks:';

/**
 * The settings of a stack, from all of its configuration as `pulumi.runtime.allConfig()` gives it: `hks:registry` and
 * JSON or plain text. Keys of other namespaces are not looked at. Secrets come, and stay, in plain text: who hands one
 * to a resource wraps it in `pulumi.secret`.
 *
 * @throws ConfigError with every fault at once
 */
export function loadConfig(source: Readonly<Record<string, string>>): HostPlatformConfig {
  const own = Object.entries(source)
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, text]) => [key.slice(NAMESPACE.length), text]);
  return readSettings(Object.fromEntries(own));
}

/**
 * The settings that a caller wrote as an object; texts are read as by `loadConfig`.
 *
 * @throws ConfigError with every fault at once
 */
export function readSettings(value: unknown): HostPlatformConfig {
  const settings = coerced(SETTINGS, value);
  const checked = HostPlatformConfig.safeParse(settings);
  const faults = checked.success ? [] : faultsOf(checked.error.issues, settings);
  const among = conflicting(settings, faults);
  if (!checked.success || among.length > 0) throw new ConfigError([...faults, ...among]);
  return checked.data;
}

/** Settings that contradict each other, among those that have no fault of their own. */
function conflicting(settings: unknown, faults: readonly Fault[]): readonly Fault[] {
  const sound = faults.reduce<unknown>((rest, { path }) => without(rest, path), settings);
  const checked = HostPlatformConfig.safeParse(sound);
  return checked.success ? conflicts(checked.data, faults) : [];
}

/** A copy without what is at a path; a list goes with any of its entries. */
function without(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined || Array.isArray(value)) return undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value as Record<PropertyKey, unknown>;
  const left = without(inner, rest);
  return left === undefined ? others : { ...others, [key]: left };
}
