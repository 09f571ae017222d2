/** @module What a function runs: an image, or a function that was built, with its runtime and handler. */
import type { Construct } from 'constructs';
import { checkKnown, checkOneOf } from '../check';
import { checkImage } from '../images';
import { invalid } from '../invalid';

export const RUNTIMES = ['python', 'node', 'go'] as const;
/** A language whose supervisor loads a handler. */
export type Runtime = (typeof RUNTIMES)[number];

/** A function that was built and pushed: what a build hands over. */
export interface BuiltFunction {
  /** Repository and, optionally, tag: `registry.example.com/shop/echo:3`. */
  readonly image: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly runtime: Runtime;
  /** @default - the function's `handler` */
  readonly handler?: string;
}

export interface CodeProps {
  /** Image reference, at best with its digest, or a function that was built. */
  readonly image: string | BuiltFunction;
  /** The supervisor in the image. @default - that of the built function, or none: the image serves HTTP by itself */
  readonly runtime?: Runtime;
  /** What the supervisor calls: `MODULE.FUNCTION`, or for go the name of an exported function. @default - that of the built function, or the supervisor's own */
  readonly handler?: string;
}

/** The environment variables that carry runtime and handler into the container. */
export const RUNTIME_VARIABLES = { runtime: 'HKS_RUNTIME', handler: 'HKS_HANDLER' } as const;

/** What a function runs, with every default filled in. */
export interface Code {
  readonly image: string;
  readonly runtime?: Runtime;
  readonly handler?: string;
}

/** Checks runtime and handler, and joins a built function's digest to its image; a plain image is checked with the pod. */
export function resolveCode(owner: Construct, props: CodeProps): Code {
  const built =
    typeof props.image === 'object' && props.image !== null ? checkBuilt(owner, props) : undefined;
  const runtime = checkOneOf(owner, 'runtime', props.runtime, RUNTIMES) ?? built?.runtime;
  const handler = props.handler ?? built?.handler;
  if (handler !== undefined) {
    checkHandler(
      owner,
      props.handler === undefined ? 'image.handler' : 'handler',
      handler,
      runtime,
    );
  }
  const image = built ? digested(built) : props.image;
  return { image: image as string, runtime, handler };
}

function digested({ image, digest }: BuiltFunction): string {
  return `${image.replace(/@.*$/, '')}@${digest}`;
}

function checkBuilt(owner: Construct, { image: given, runtime }: CodeProps): BuiltFunction {
  const built = given as BuiltFunction;
  checkKnown(owner, built, ['image', 'digest', 'runtime', 'handler'], 'image.');
  if (!/^sha256:[0-9a-f]{64}$/.test(built.digest)) {
    throw invalid(owner, {
      prop: 'image.digest',
      rule: `must be 'sha256:' and 64 hexadecimal digits`,
      received: built.digest,
      fix: 'Copy the digest that the build printed',
    });
  }
  const image = typeof built.image === 'string' ? digested(built) : built.image;
  checkImage(owner, 'image.image', image);
  checkOneOf(owner, 'image.runtime', built.runtime ?? null, RUNTIMES);
  if (runtime !== undefined && runtime !== built.runtime) {
    throw invalid(owner, {
      prop: 'runtime',
      rule: `must be that of the built function, '${built.runtime}'`,
      received: runtime,
      fix: `Leave out 'runtime'`,
    });
  }
  return built;
}

const IDENTIFIER = '[A-Za-z_$][A-Za-z0-9_$]*';
const HANDLERS: Record<
  Runtime,
  { readonly pattern: RegExp; readonly rule: string; readonly example: string }
> = {
  python: {
    pattern: /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/,
    rule: 'must be MODULE.FUNCTION',
    example: 'main.handle',
  },
  node: {
    pattern: new RegExp(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\\.${IDENTIFIER}$`),
    rule: 'must be MODULE.EXPORT, the module without its extension',
    example: 'index.handle',
  },
  go: {
    pattern: /^[A-Z][A-Za-z0-9_]*$/,
    rule: 'must be the name of an exported function',
    example: 'Handle',
  },
};

function checkHandler(owner: Construct, prop: string, handler: unknown, runtime?: Runtime): void {
  if (runtime === undefined) {
    throw invalid(owner, {
      prop,
      rule: `must come with a 'runtime', which is what loads it`,
      received: handler,
      fix: `Add runtime: 'python', 'node' or 'go', or leave out '${prop}'`,
    });
  }
  const { pattern, rule, example } = HANDLERS[runtime];
  if (typeof handler === 'string' && pattern.test(handler)) return;
  throw invalid(owner, {
    prop,
    rule: `${rule} for the runtime '${runtime}'`,
    received: handler,
    fix: `Write '${example}'`,
  });
}
