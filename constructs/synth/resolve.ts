/** @module Values of an object resolved in one go, as cdk8s's own resolvers do it step by step. */
import {
  type App,
  ImplicitTokenResolver,
  type IResolver,
  Lazy,
  LazyResolver,
  NumberStringUnionResolver,
  type ResolutionContext,
} from 'cdk8s';

/** What cdk8s gives every app, in the order in which it asks them. */
const DEFAULTS = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/**
 * Calls `action` while one resolver stands for the three that cdk8s would ask about every single value. An app with
 * resolvers of its own keeps them, as they may look at any value.
 */
export function withFastResolvers<T>({ resolvers }: App, action: () => T): T {
  const own = [...resolvers];
  if (!areDefaults(own)) return action();
  const whole = new WholeValueResolver(own);
  resolvers.splice(0, own.length, whole);
  try {
    return action();
  } finally {
    resolvers.splice(resolvers.indexOf(whole), 1, ...own);
  }
}

function areDefaults(resolvers: readonly IResolver[]): boolean {
  return (
    resolvers.length === DEFAULTS.length &&
    resolvers.every((resolver, index) => resolver.constructor === DEFAULTS[index])
  );
}

/**
 * A dictionary that is resolved to its leaves. cdk8s resolves again what a resolver has put in place, but for instances
 * of classes; and it renders what has the name of a plain object.
 */
class Resolved {}
Object.defineProperty(Resolved, 'name', { value: 'Object' });

class WholeValueResolver implements IResolver {
  constructor(private readonly defaults: readonly IResolver[]) {}

  resolve(context: ResolutionContext): void {
    const { value } = context;
    if (value instanceof Resolved) return;
    if (isDictionary(value)) {
      context.replaceValue(Object.assign(new Resolved(), resolved(value)));
      return;
    }
    for (const resolver of this.defaults) {
      resolver.resolve(context);
      if (context.replaced) return;
    }
  }
}

/** What cdk8s asks of a value: whether it is a token, and whether it is the union of a number and a string. */
interface Resolvable {
  readonly resolve?: unknown;
  readonly value?: unknown;
}

function isResolvable(value: unknown): value is Resolvable {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}

function isDictionary(value: Resolvable): boolean {
  const isToken = value instanceof Lazy || typeof value.resolve === 'function';
  return !isToken && value.constructor === Object;
}

/** One function, as it runs for every value of every object: parts of their own take the compiler longer than they save. */
function resolved(value: unknown): unknown {
  if (!isResolvable(value)) return value;
  if (value instanceof Lazy) return resolved(value.produce());
  if (typeof value.resolve === 'function') return resolved(value.resolve());
  if (value.constructor === Object) {
    const result: Record<string, unknown> = {};
    // All items before the first of them is resolved, as a Lazy value might change the others.
    const items = Object.values(value);
    let index = 0;
    for (const key of Object.keys(value)) {
      const item = items[index++];
      result[key] = typeof item === 'string' ? item : resolved(item);
    }
    return result;
  }
  const union = value.value;
  if (typeof union === 'number' || typeof union === 'string') return { value: union };
  return Array.isArray(value) ? value.map(resolved) : value;
}
