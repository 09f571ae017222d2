/** @module `tsx run.ts REQUEST`: one update or removal by `stacks/index.ts` itself, in a process of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { disconnect, setMockOptions } from '@pulumi/pulumi/runtime/settings';
import { applyingMonitor } from './monitor';
import { Provider } from './provider';
import {
  isObject,
  objectOf,
  type Registration,
  readState,
  removalOrder,
  type State,
  usersOf,
  writeState,
} from './state';

/** What the process is asked for, as JSON in the file that its argument names. */
export interface Request {
  readonly verb: 'up' | 'destroy';
  /** Settings as the engine hands them over: `hks:registry` and JSON or plain text. */
  readonly config: Readonly<Record<string, string>>;
  readonly stateFile: string;
  readonly kubeconfig: string;
  /** A resource's name begins with this: what it depends on is forgotten. */
  readonly withoutDependencies?: string;
}

/** What came of it. */
export interface Outcome {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: number;
  /** Milliseconds. */
  readonly duration: number;
}

async function up(request: Request): Promise<Outcome> {
  const before = readState(request.stateFile);
  const old = new Map(before.resources.map((resource) => [resource.urn, resource]));
  const provider = new Provider(request.kubeconfig);
  const made: Registration[] = [];
  const created: string[] = [];
  const changed: string[] = [];
  const start = Date.now();
  const keep = (outputs: State['outputs']) => {
    const urns = new Set(made.map(({ urn }) => urn));
    const rest = before.resources.filter(({ urn }) => !urns.has(urn));
    writeState(request.stateFile, { resources: [...made, ...rest], outputs });
  };
  // A provider is registered before what it makes; `urn::id` names it.
  const has = (reference: string, option: string) =>
    made.find(({ urn }) => reference.startsWith(`${urn}::`))?.inputs[option] === 'true';
  const monitor = applyingMonitor((registration) => underway(applied(registration)));
  const applied = async (registration: Omit<Registration, 'end'>) => {
    if (failed) throw new Error('the run has failed');
    const known = old.get(registration.urn);
    if (isObject(registration)) {
      const object = objectOf(registration as Registration);
      const forced = has(registration.provider, 'enablePatchForce');
      if (known === undefined) {
        const upserts = has(registration.provider, 'upsertExistingObjects');
        await (upserts ? provider.apply(object, forced) : provider.create(object));
        created.push(registration.name);
      } else if (differs(known, registration as Registration)) {
        await provider.apply(object, forced);
        changed.push(registration.name);
      }
    }
    made.push({ ...registration, end: Date.now() - start });
    keep(before.outputs);
  };
  setMockOptions(monitor, 'hks', 'e2e', false);
  pulumi.runtime.setAllConfig({ ...request.config });
  const outputs = await program(request.withoutDependencies);
  const urns = new Set(made.map(({ urn }) => urn));
  const gone = before.resources.filter(({ urn }) => !urns.has(urn));
  const deleted = await remove(provider, gone);
  writeState(request.stateFile, { resources: made, outputs });
  const unchanged = made.filter(isObject).length - created.length - changed.length;
  return { created, changed, deleted, unchanged, duration: Date.now() - start };
}

async function destroy({ stateFile, kubeconfig }: Request): Promise<Outcome> {
  const start = Date.now();
  const { resources } = readState(stateFile);
  const held = resources.filter((resource) => resource.protect).map(({ name }) => name);
  if (held.length > 0) throw new Error(`protected: ${held.join(', ')}`);
  const deleted = await remove(new Provider(kubeconfig), resources);
  writeState(stateFile, { resources: [], outputs: {} });
  return { created: [], changed: [], deleted, unchanged: 0, duration: Date.now() - start };
}

/** Each resource goes when all that use it have gone; what is apart goes at the same time. */
async function remove(provider: Provider, resources: readonly Registration[]): Promise<string[]> {
  const users = usersOf(resources);
  const gone = new Map<string, Promise<void>>();
  const deleted: string[] = [];
  for (const resource of removalOrder(resources)) {
    const before = (users.get(resource.urn) ?? []).map((urn) => gone.get(urn));
    const going = Promise.all(before).then(async () => {
      if (!isObject(resource) || resource.retainOnDelete) return;
      await provider.delete(objectOf(resource));
      deleted.push(resource.name);
    });
    gone.set(resource.urn, going);
  }
  await Promise.all(gone.values());
  return deleted;
}

/** Whether a resource that is there is to be changed; what the program leaves to the cluster does not count. */
function differs(known: Registration, next: Registration): boolean {
  const compared = ({ inputs }: Registration) => {
    const copy = structuredClone(inputs) as Record<string, unknown>;
    for (const path of next.ignoreChanges) unset(copy, path.split('.'));
    return JSON.stringify(copy);
  };
  return compared(known) !== compared(next);
}

function unset(value: Record<string, unknown>, [first, ...rest]: readonly string[]): void {
  if (first === undefined || typeof value !== 'object' || value === null) return;
  if (rest.length === 0) delete value[first];
  else unset(value[first] as Record<string, unknown>, rest);
}

/** Runs the program as the engine's language host does, and waits for all that it registers. */
async function program(withoutDependencies?: string): Promise<State['outputs']> {
  let forgotten = 0;
  const exported = await pulumi.runtime.runInPulumiStack(async () => {
    if (withoutDependencies !== undefined) {
      pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
        if (!name.startsWith(withoutDependencies)) return undefined;
        forgotten += 1;
        return { props, opts: { ...opts, dependsOn: [] } };
      });
    }
    const main: unknown = require(join(__dirname, '../../../../stacks/index'));
    return typeof main === 'function' ? main() : main;
  });
  await disconnect();
  if (withoutDependencies !== undefined && forgotten === 0) {
    throw new Error(`no resource's name begins with ${withoutDependencies}`);
  }
  return (exported ?? {}) as State['outputs'];
}

async function main(): Promise<void> {
  const request = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Request;
  const outcome = await (request.verb === 'up' ? up(request) : destroy(request));
  console.log(JSON.stringify(outcome));
}

/** As an engine does: what has begun when something fails is ended and recorded, and nothing else begins. */
let failed = false;
const begun = new Set<Promise<void>>();

function underway(operation: Promise<void>): Promise<void> {
  const ended = operation.catch(() => undefined);
  begun.add(ended);
  ended.then(() => begun.delete(ended));
  return operation;
}

async function fail(error: Error): Promise<void> {
  if (failed) return;
  failed = true;
  console.error(error.stack ?? error.message);
  await Promise.all(begun);
  process.exit(1);
}

process.on('unhandledRejection', (error) => fail(error as Error));
process.on('uncaughtException', fail);
main().then(() => process.exit(0), fail);
