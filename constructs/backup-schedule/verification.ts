/** @module How a verification is described. */
import type { Duration, Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkInstance, checkKnown, checkObject } from '../check';
import { checkDuration, defaultTimeout } from '../cron-job/timing';
import { invalid } from '../invalid';
import { checkSize } from '../resources';
import { Schedule } from '../schedule';

/** Reads back what was stored, in a CronJob of its own; fails when there is no snapshot. */
export interface Verification {
  /** When it runs. */
  readonly schedule: Schedule;
  /** How much of the data is read: a percentage, chosen at random each time, or a part like '1/4'. @default '10%' */
  readonly readData?: string;
  /** Restores the newest snapshot into a folder of at most this size, and compares. @default - no restore */
  readonly testRestore?: Size;
  /** After which it is ended. @default - an hour, or nine tenths of the shortest distance between two runs */
  readonly timeout?: Duration;
}

export interface ResolvedVerification {
  /** With its jitter applied. */
  readonly schedule: Schedule;
  readonly readData: string;
  /** Quantity of the folder for the restore. */
  readonly testRestore?: string;
  readonly timeout: Duration;
}

export function resolveVerification(
  owner: Construct,
  given: Verification | undefined,
): ResolvedVerification | undefined {
  if (given === undefined) return undefined;
  const prop = 'verification';
  checkObject(owner, prop, given, '{ schedule: Schedule.weekly() }');
  checkKnown(owner, given, ['schedule', 'readData', 'testRestore', 'timeout'], `${prop}.`);
  const schedule = requireSchedule(owner, `${prop}.schedule`, given.schedule).resolve(
    `${owner.node.path}/verify`,
  );
  return {
    schedule,
    readData: checkReadData(owner, given.readData ?? '10%'),
    testRestore: checkSize(owner, `${prop}.testRestore`, given.testRestore),
    timeout:
      checkDuration(owner, `${prop}.timeout`, given.timeout, 1, 'Duration.hours(1)') ??
      defaultTimeout(schedule.shortestGap()),
  };
}

/** Refuses a bare expression, which would leave the time zone to the cluster. */
export function requireSchedule(owner: Construct, prop: string, given: unknown): Schedule {
  const expression = typeof given === 'string' ? given : '0 3 * * *';
  const example = `Schedule.cron('${expression}')`;
  return checkInstance(owner, prop, given ?? null, Schedule, example) as Schedule;
}

function checkReadData(owner: Construct, given: unknown): string {
  const text = typeof given === 'string' ? given : '';
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100) return text;
  const part = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text);
  if (part && Number(part[1]) <= Number(part[2]) && Number(part[2]) <= 256) return text;
  throw invalid(owner, {
    prop: 'verification.readData',
    rule: 'must be a percentage above 0 and up to 100, or a part N/T with T up to 256',
    received: given,
    fix: `Write '10%', or '100%' to read everything each time`,
  });
}
