/** @module What a program asks of the engine: each registration as it was sent, with its edges and options. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { isRpcSecret, unwrapRpcSecret } from '@pulumi/pulumi/runtime/rpc';

/** One resource as the engine is asked for it; other resources are named by their names. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** False for a component. */
  readonly custom: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: inputs have the shape of their kind.
  readonly inputs: any;
  /** Paths of the inputs that are marked secret, e.g. `stringData` or `stringData.password`. */
  readonly secrets: readonly string[];
  readonly parent?: string;
  /** The explicit provider, its own or its parent's; undefined is the engine's default one. */
  readonly provider?: string;
  /** What the engine waits for before it makes this one, and deletes only after it; never components. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** How long the engine waits until it is gone; empty is the provider's ten minutes. */
  readonly deleteTimeout: string;
  readonly ignoreChanges: readonly string[];
  readonly aliases: number;
}

export interface WiringOptions {
  /** Whether the engine previews. */
  readonly preview?: boolean;
  /** Whether the engine can tell a resource's identifier. @default not in a preview */
  readonly known?: (made: Registration) => boolean;
  /** What the provider adds to a resource's outputs; awaited, so it can also hold a resource back. */
  readonly outputs?: (made: Registration) => object | undefined | Promise<object | undefined>;
}

/** Everything a program asked for, in the order in which the engine was asked. */
export interface Wiring {
  readonly registrations: readonly Registration[];
  /** @throws Error that lists all names, when there is none of this name */
  named(name: string): Registration;
  /** Those that this one depends on, by whatever way. */
  behind(name: string): ReadonlySet<string>;
  /** Whether the engine can only delete `first` before `then`, and only make it after. */
  deletedBefore(first: string, then: string): boolean;
  /** What a component registered as its outputs. */
  outputs(name: string): Readonly<Record<string, unknown>>;
  /** Names of resources without a parent or without an explicit provider, but for the platform itself and providers. */
  strays(): readonly string[];
}

/** Runs a program under pulumi's mocks until every call to the engine is answered. */
export async function wiringOf(
  program: () => unknown,
  { preview = false, known = () => !preview, outputs = () => undefined }: WiringOptions = {},
): Promise<Wiring> {
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ name, inputs, type }) => {
        const made = recorder.latest(type, name);
        const added = await outputs(made);
        return { id: known(made) ? `id-of-${name}` : undefined, state: { ...inputs, ...added } };
      },
      call: ({ inputs }) => inputs,
    },
    'hks',
    'test',
    preview,
  );
  recorder.listen(pulumi.runtime.getMonitor() as unknown as Monitor);
  try {
    await program();
  } finally {
    await pulumi.runtime.disconnect();
  }
  return recorder.wiring();
}

/** As `wiringOf`, with a component `platform` and a provider `cluster` that the program's components belong to. */
export async function wiringOfComponents(
  program: (options: pulumi.ComponentResourceOptions) => unknown,
  options: WiringOptions = {},
): Promise<Wiring> {
  return wiringOf(() => {
    const cluster = new k8s.Provider('cluster', { context: 'test' });
    const providers = { kubernetes: cluster };
    const type = 'hks:platform:HostPlatform';
    const platform = new pulumi.ComponentResource(type, 'platform', {}, { providers });
    return program({ parent: platform });
  }, options);
}

/** The engine as the program calls it. */
interface Monitor {
  registerResource(
    request: RegisterResourceRequest,
    answer: (error: unknown, response?: RegisterResourceResponse) => void,
  ): unknown;
  registerResourceOutputs(request: RegisterResourceOutputsRequest, answer: unknown): unknown;
}

class Recorder {
  private readonly made: Registration[] = [];
  private readonly names = new Map<string, string>();
  private readonly told = new Map<string, Record<string, unknown>>();

  listen(monitor: Monitor): void {
    const { registerResource, registerResourceOutputs } = monitor;
    monitor.registerResource = (request, answer) => {
      this.made.push(this.read(request));
      return registerResource.call(monitor, request, (error, response) => {
        this.names.set(response?.getUrn() ?? '', request.getName());
        answer(error, response);
      });
    };
    monitor.registerResourceOutputs = (request, answer) => {
      this.told.set(this.nameOf(request.getUrn()), plain(jsonOf(request.getOutputs())));
      return registerResourceOutputs.call(monitor, request, answer);
    };
  }

  latest(type: string, name: string): Registration {
    const found = this.made.findLast((one) => one.type === type && one.name === name);
    if (found === undefined) {
      throw new Error(`${type} ${name} was read, not registered.`);
    }
    return found;
  }

  wiring(): Wiring {
    const byName = new Map(this.made.map((one) => [one.name, one]));
    if (byName.size !== this.made.length) {
      const names = this.made.map(({ name }) => name);
      const twice = names.filter((name, at) => names.indexOf(name) !== at);
      throw new Error(`Names of several resources: ${twice.join(', ')}.`);
    }
    const named = (name: string) => {
      const found = byName.get(name);
      if (found === undefined) {
        throw new Error(`No resource '${name}' among ${[...byName.keys()].join(', ')}.`);
      }
      return found;
    };
    const behind = (name: string) => {
      const found = new Set<string>();
      const open = [...named(name).dependencies];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (!found.has(next)) {
          found.add(next);
          open.push(...named(next).dependencies);
        }
      }
      return found;
    };
    return {
      registrations: this.made,
      named,
      behind,
      deletedBefore: (first, then) => behind(first).has(named(then).name),
      outputs: (name) => this.told.get(named(name).name) ?? {},
      strays: () => strays(this.made),
    };
  }

  private read(request: RegisterResourceRequest): Registration {
    const raw = jsonOf(request.getObject());
    const [providerUrn] = request.getProvider().split(/::(?=[^:]*$)/);
    return {
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      inputs: plain(raw),
      secrets: secretPaths(raw),
      parent: request.getParent() === '' ? undefined : this.nameOf(request.getParent()),
      provider: providerUrn === undefined ? undefined : this.names.get(providerUrn),
      dependencies: request.getDependenciesList().map((urn) => this.nameOf(urn)),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace(),
      deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? '',
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasesList().length,
    };
  }

  private nameOf(urn: string): string {
    return this.names.get(urn) ?? `unknown ${urn}`;
  }
}

const isProvider = ({ type }: Registration) => type.startsWith('pulumi:providers:');

/** What may have no parent: the platform itself, and the stack that the engine's programs have. */
const ROOTS = ['hks:platform:HostPlatform', 'pulumi:pulumi:Stack'];

function strays(made: readonly Registration[]): string[] {
  return made
    .filter((one) => !isProvider(one) && !ROOTS.includes(one.type))
    .filter((one) => one.parent === undefined || (one.custom && one.provider === undefined))
    .map(({ name }) => name);
}

function jsonOf(struct: { toJavaScript(): object } | undefined): Record<string, unknown> {
  return (struct?.toJavaScript() ?? {}) as Record<string, unknown>;
}

function plain<T>(value: T): T {
  if (isRpcSecret(value)) {
    return plain(unwrapRpcSecret(value)) as T;
  }
  if (Array.isArray(value)) {
    return value.map(plain) as T;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)])) as T;
  }
  return value;
}

function secretPaths(value: unknown, path: readonly string[] = []): string[] {
  if (isRpcSecret(value)) {
    return [path.join('.')];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => secretPaths(one, [...path, key]));
  }
  return [];
}
