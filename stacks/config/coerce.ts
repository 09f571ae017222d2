/** @module Text becomes what the schema wants: the Pulumi CLI keeps settings as text, and guesses the type of those below a path. */
import type { Setting } from './tree';

/** A value with its texts, and those of the settings below it, read as the schema's types. What cannot be read stays as it came, for the schema to refuse. */
export function coerced(setting: Setting, value: unknown): unknown {
  switch (setting.kind) {
    case 'object':
    case 'record':
      return withCoerced(
        read(value, isObject),
        (name) => setting.children.get(name) ?? setting.item,
      );
    case 'list': {
      const list = read(value, Array.isArray);
      const { item } = setting;
      return Array.isArray(list) && item ? list.map((entry) => coerced(item, entry)) : list;
    }
    case 'number':
      return read(value, (found) => typeof found === 'number');
    case 'boolean':
      return read(value, (found) => typeof found === 'boolean');
    default:
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
}

function withCoerced(value: unknown, childOf: (name: string) => Setting | undefined): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const child = childOf(name);
      return [name, child ? coerced(child, inner) : inner];
    }),
  );
}

/** The value of a JSON text, when it is what is wanted. */
function read(value: unknown, wanted: (found: unknown) => boolean): unknown {
  if (typeof value !== 'string') return value;
  try {
    const found: unknown = JSON.parse(value);
    return wanted(found) ? found : value;
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
