/** @module What runs before a job, in its pod, and after it, by the control plane. */
import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkKnown, checkName, checkObject, checkOneOf, checkStrings } from '../check';
import { type Environment, mergeEnvironment, resolveEnvironment } from '../environment';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import { type Container, compact, type EnvVar } from '../manifest';
import { checkDuration } from './timing';

/** Runs to its end before the job's container starts; when it fails, the run has failed. */
export interface PreHook {
  /** Name of its container: a DNS label. */
  readonly name: string;
  /** @default - the job's, with its working directory */
  readonly image?: string;
  /** One array item for each word. */
  readonly command: readonly string[];
  /** @default [] */
  readonly args?: readonly string[];
  /** Variables; in the job's own image on top of the job's. @default {} */
  readonly env?: Environment;
}

/** Runs after the job has ended, as a Job of its own that the control plane makes. */
export interface PostHook {
  /** Part of its Job's name: a DNS label. */
  readonly name: string;
  /** @default 'always' */
  readonly when?: 'always' | 'onSuccess' | 'onFailure';
  /** @default - the job's */
  readonly image?: string;
  /** One array item for each word. */
  readonly command: readonly string[];
  /** @default [] */
  readonly args?: readonly string[];
  /** Variables: literals and references. @default {} */
  readonly env?: Environment;
  /** @default Duration.minutes(5) */
  readonly timeout?: Duration;
}

/** An entry of the annotation `hks.io/post-hooks`, which is a JSON array of them. */
export interface PostHookRecord {
  readonly name: string;
  readonly when: 'always' | 'onSuccess' | 'onFailure';
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly timeoutSeconds: number;
}

/** The init containers; `main` gives image, variables and volumes to those without an image of their own. */
export function preHookContainers(
  owner: Construct,
  given: readonly PreHook[] = [],
  main: Container,
  taken: readonly string[],
  requireDigest: boolean,
): readonly Container[] {
  return each(owner, 'preHooks', given, taken, (hook, prop) => {
    checkKnown(owner, hook, ['name', 'image', 'command', 'args', 'env'], `${prop}.`);
    const own = {
      name: hook.name,
      command: checkCommand(owner, prop, hook.command),
      args: checkStrings(owner, `${prop}.args`, hook.args),
    };
    if (hook.image !== undefined) {
      return compact({
        ...own,
        image: checkImage(owner, `${prop}.image`, hook.image, { requireDigest }),
        env: someOf(resolveEnvironment(owner, `${prop}.env`, hook.env)),
        volumeMounts: main.volumeMounts,
      });
    }
    return compact({
      ...own,
      image: main.image,
      imagePullPolicy: main.imagePullPolicy,
      workingDir: main.workingDir,
      env: someOf(mergeEnvironment(owner, `${prop}.env`, main.env ?? [], hook.env)),
      envFrom: main.envFrom,
      resources: main.resources,
      securityContext: main.securityContext,
      volumeMounts: main.volumeMounts,
    });
  });
}

/** The records for the annotation. */
export function postHookRecords(
  owner: Construct,
  given: readonly PostHook[] = [],
  image: string,
  requireDigest: boolean,
): readonly PostHookRecord[] {
  const known = ['name', 'when', 'image', 'command', 'args', 'env', 'timeout'];
  return each(owner, 'postHooks', given, [], (hook, prop) => {
    checkKnown(owner, hook, known, `${prop}.`);
    const timeout =
      checkDuration(owner, `${prop}.timeout`, hook.timeout, 1, 'Duration.minutes(5)') ??
      Duration.minutes(5);
    return compact({
      name: hook.name,
      when:
        checkOneOf(owner, `${prop}.when`, hook.when, [
          'always',
          'onSuccess',
          'onFailure',
        ] as const) ?? 'always',
      image:
        hook.image === undefined
          ? image
          : checkImage(owner, `${prop}.image`, hook.image, { requireDigest }),
      command: checkCommand(owner, prop, hook.command),
      args: checkStrings(owner, `${prop}.args`, hook.args),
      env: someOf(resolveEnvironment(owner, `${prop}.env`, hook.env)),
      timeoutSeconds: timeout.toSeconds(),
    });
  });
}

/** Leaves half of what Kubernetes stores to other annotations, the last-applied copy of kubectl among them. */
const MAX_RECORD_BYTES = 128 * 1024;

/** The records as the annotation has them. @throws where they are longer than Kubernetes stores */
export function postHookAnnotation(
  owner: Construct,
  records: readonly PostHookRecord[],
): string | undefined {
  if (records.length === 0) return undefined;
  const text = JSON.stringify(records);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_RECORD_BYTES) return text;
  throw invalid(owner, {
    prop: 'postHooks',
    rule: `must be at most ${MAX_RECORD_BYTES} bytes as JSON, since Kubernetes stores annotations up to 256 KiB`,
    received: `${bytes} bytes`,
    fix: 'Move long commands into the image',
  });
}

function each<Hook extends { readonly name: string }, Result>(
  owner: Construct,
  prop: 'preHooks' | 'postHooks',
  given: readonly Hook[],
  taken: readonly string[],
  resolve: (hook: Hook, prop: string) => Result,
): readonly Result[] {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop,
      rule: 'must be an array of hooks',
      received: given,
      fix: `Write [{ name: 'prepare', command: ['sh', '-c', '…'] }]`,
    });
  }
  const names = new Set(taken);
  return given.map((hook: Hook, index) => {
    const own = `${prop}[${index}]`;
    checkObject(owner, own, hook, `{ name: 'prepare', command: ['sh', '-c', '…'] }`);
    checkName(owner, `${own}.name`, hook.name);
    if (names.has(hook.name)) {
      throw invalid(owner, {
        prop: `${own}.name`,
        rule: 'must not be the name of another container or hook of the job',
        received: hook.name,
        fix: `Name it '${prop === 'preHooks' ? 'before' : 'after'}-${hook.name}'`,
      });
    }
    names.add(hook.name);
    return resolve(hook, own);
  });
}

function checkCommand(owner: Construct, prop: string, value: unknown): readonly string[] {
  const command = checkStrings(owner, `${prop}.command`, value ?? null) as readonly string[];
  if (command.length > 0) return command;
  throw invalid(owner, {
    prop: `${prop}.command`,
    rule: 'must have a program to run',
    received: command,
    fix: `Write ['sh', '-c', '…'] for a shell line`,
  });
}

function someOf<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length > 0 ? items : undefined;
}
