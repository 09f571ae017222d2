/** @module A Job that restores, as a plain object: it is run by hand, so it is not part of the tree. */
import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkBoolean, checkKnown, checkName, checkObject, checkOneOf } from '../check';
import { checkDuration } from '../cron-job/timing';
import { invalid } from '../invalid';
import { compact, type PodSpec } from '../manifest';
import { objectName } from '../template-app/volumes';
import { type ResticPodSettings, resticPod } from './pod';
import { RESTORE_PATH, restoreScript } from './script';
import { checkPath } from './storage';

export interface RestoreProps {
  /** Where the files go. */
  readonly target: {
    /** A PersistentVolumeClaim of the project. */
    readonly claim: string;
    /** Folder in the volume. @default - its root */
    readonly subPath?: string;
  };
  /** Id of the snapshot, at least 8 hexadecimal digits, or 'latest': the newest whole one. @default 'latest' */
  readonly snapshot?: string;
  /** The claim of the source that is wanted; its files go to the target's root. @default - the source's only claim, or all, each in a folder of its name */
  readonly claim?: string;
  /** Replaces files that the target already has; without, such a file fails the restore. @default false */
  readonly overwrite?: boolean;
  /** Name of the Job. @default - NAME-restore */
  readonly name?: string;
  /** After which it is ended. @default Duration.hours(1) */
  readonly timeout?: Duration;
}

/** A Job as `kubectl create -f -` takes it. */
export interface RestoreJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly backoffLimit: number;
    readonly activeDeadlineSeconds: number;
    readonly ttlSecondsAfterFinished: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

/** What the backup brings to its restores. */
export interface RestoreContext {
  readonly name: string;
  readonly host: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly claims: readonly string[];
  readonly pod: ResticPodSettings;
}

export function restoreJobFor(
  owner: Construct,
  given: RestoreProps,
  { name, host, namespace, labels, claims, pod }: RestoreContext,
): RestoreJob {
  const example = `{ target: { claim: 'restored' } }`;
  checkObject(owner, 'restoreJob', given, example);
  checkKnown(owner, given, ['target', 'snapshot', 'claim', 'overwrite', 'name', 'timeout']);
  checkObject(owner, 'target', given.target, `{ claim: 'restored' }`);
  checkKnown(owner, given.target, ['claim', 'subPath'], 'target.');
  const target = objectName(owner, 'target.claim', given.target.claim);
  const subPath =
    given.target.subPath === undefined
      ? undefined
      : checkPath(owner, 'target.subPath', given.target.subPath);
  if (given.claim !== undefined && claims.length === 0) {
    throw invalid(owner, {
      prop: 'claim',
      rule: 'must only be given for a backup of claims',
      received: given.claim,
      fix: 'Leave it out',
    });
  }
  if (given.claim !== undefined) checkOneOf(owner, 'claim', given.claim, claims);
  const folder = given.claim ?? (claims.length === 1 ? (claims[0] ?? '') : '');
  const overwrite = checkBoolean(owner, 'overwrite', given.overwrite) ?? false;
  const timeout =
    checkDuration(owner, 'timeout', given.timeout, 1, 'Duration.hours(1)') ?? Duration.hours(1);
  const sameVolume = pod.repository.claim === target;
  const volume = sameVolume ? 'repository' : 'target';
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: checkName(owner, 'name', given.name ?? `${name}-restore`),
      namespace,
      labels,
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: timeout.toSeconds(),
      ttlSecondsAfterFinished: Duration.days(1).toSeconds(),
      template: {
        metadata: { labels },
        spec: resticPod(pod, {
          name: 'restore',
          script: restoreScript(host, checkSnapshot(owner, given.snapshot), folder, overwrite),
          volumes: sameVolume
            ? []
            : [{ name: volume, persistentVolumeClaim: { claimName: target } }],
          mounts: [compact({ name: volume, mountPath: RESTORE_PATH, subPath })],
        }),
      },
    },
  };
}

function checkSnapshot(owner: Construct, snapshot: unknown = 'latest'): string {
  if (typeof snapshot === 'string' && /^(latest|[0-9a-f]{8,64})$/.test(snapshot)) return snapshot;
  throw invalid(owner, {
    prop: 'snapshot',
    rule: `must be 'latest' or an id of 8 to 64 hexadecimal digits`,
    received: snapshot,
    fix: `Take the id from 'restic snapshots', or leave it out for the newest`,
  });
}
