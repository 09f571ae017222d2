/** @module `tsx run.ts`: one update or removal by `stacks/index.ts` itself, in a process of its own; the request is read from its input. */
import { json } from 'node:stream/consumers';
import * as pulumi from '@pulumi/pulumi';
import { disconnect, setMockOptions } from '@pulumi/pulumi/runtime/settings';
import { applyingMonitor } from './monitor';
import { Provider } from './provider';
import { isObject, objectOf, type Registration, readState, usersOf, writeState } from './state';

/** What the process is asked for, as JSON. */
export interface Request {
  readonly verb: 'up' | 'destroy';
  /** Settings as the engine hands them over: `hks:registry` and JSON or plain text. */
  readonly config: Readonly<Record<string, string>>;
  readonly stateFile: string;
  /** A resource's name begins with this: what it depends on is forgotten. */
  readonly withoutDependencies?: string;
}

/** What came of it. */
export interface Outcome {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: number;
}

async function up({ config, stateFile, withoutDependencies }: Request): Promise<Outcome> {
  const before = readState(stateFile).resources;
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const provider = clusterProvider();
  const made: Registration[] = [];
  const created: string[] = [];
  const changed: string[] = [];
  const notMade = () => {
    const urns = new Set(made.map(({ urn }) => urn));
    return before.filter(({ urn }) => !urns.has(urn));
  };
  // A provider is registered before what it makes; `urn::id` names it.
  const has = (reference: string, option: string) =>
    made.find(({ urn }) => reference.startsWith(`${urn}::`))?.inputs[option] === 'true';
  const monitor = applyingMonitor((registration) => underway(applied(registration)));
  const applied = async (registration: Registration) => {
    if (failed) throw new Error('the run has failed');
    const known = old.get(registration.urn);
    if (isObject(registration)) {
      const object = objectOf(registration);
      const forced = has(registration.provider, 'enablePatchForce');
      if (known === undefined) {
        const upserts = has(registration.provider, 'upsertExistingObjects');
        await (upserts ? provider.apply(object, forced) : provider.create(object));
        created.push(registration.name);
      } else if (differs(known, registration)) {
        await provider.apply(object, forced);
        changed.push(registration.name);
      }
    }
    made.push(registration);
    writeState(stateFile, { resources: [...made, ...notMade()] });
  };
  setMockOptions(monitor, 'hks', 'e2e', false);
  pulumi.runtime.setAllConfig({ ...config });
  await program(withoutDependencies);
  const deleted = await remove(provider, notMade(), (left) =>
    writeState(stateFile, { resources: [...made, ...left] }),
  );
  writeState(stateFile, { resources: made });
  const unchanged = made.filter(isObject).length - created.length - changed.length;
  return { created, changed, deleted, unchanged };
}

async function destroy({ stateFile }: Request): Promise<Outcome> {
  const { resources } = readState(stateFile);
  const held = resources.filter((resource) => resource.protect).map(({ name }) => name);
  if (held.length > 0) throw new Error(`protected: ${held.join(', ')}`);
  const deleted = await remove(clusterProvider(), resources, (left) =>
    writeState(stateFile, { resources: left }),
  );
  return { created: [], changed: [], deleted, unchanged: 0 };
}

function clusterProvider(): Provider {
  return new Provider(process.env.KUBECONFIG ?? '');
}

/** Each resource goes when all that use it have gone; what is apart goes at the same time. What is left is kept each time. */
async function remove(
  provider: Provider,
  resources: readonly Registration[],
  keep: (left: readonly Registration[]) => void,
): Promise<string[]> {
  const users = usersOf(resources);
  const left = new Set(resources);
  const gone = new Map<string, Promise<void>>();
  const deleted: string[] = [];
  const once = (resource: Registration): Promise<void> => {
    const going = gone.get(resource.urn) ?? go(resource);
    gone.set(resource.urn, going);
    return going;
  };
  const go = async (resource: Registration) => {
    await Promise.all((users.get(resource.urn) ?? []).map(once));
    if (failed) throw new Error('the run has failed');
    if (isObject(resource) && !resource.retainOnDelete) {
      await underway(provider.delete(objectOf(resource), resource.deleteTimeout));
      deleted.push(resource.name);
    }
    left.delete(resource);
    keep([...left]);
  };
  await Promise.all(resources.map(once));
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
async function program(withoutDependencies?: string): Promise<void> {
  let forgotten = 0;
  await pulumi.runtime.runInPulumiStack(async () => {
    if (withoutDependencies !== undefined) {
      pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
        if (!name.startsWith(withoutDependencies)) return undefined;
        forgotten += 1;
        return { props, opts: { ...opts, dependsOn: [] } };
      });
    }
    const stack: typeof import('../../../../stacks/index') = require('../../../../stacks/index');
    return stack();
  });
  await disconnect();
  if (withoutDependencies !== undefined && forgotten === 0) {
    throw new Error(`no resource's name begins with ${withoutDependencies}`);
  }
}

async function main(): Promise<void> {
  const request = (await json(process.stdin)) as Request;
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
