/** @module A backup and the job that it follows: it never starts while the job may run, nor more often than the job does. */
import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Retries, retryDelay } from '../cron-job/retries';
import { invalid } from '../invalid';
import type { Schedule } from '../schedule';
import { DAY, HOUR } from '../schedule/zone';

/** The job that a backup follows. */
export interface LinkedJob {
  readonly name: string;
  readonly schedule: Schedule;
  readonly timeout: Duration;
  readonly retries: Retries;
}

/** Fixed, so that what is built today is built tomorrow; a leap year, so that 29 February is in it. */
const START = Date.UTC(2024, 0, 1);
const YEAR = 366 * DAY;
const DAYS = 35;
/** Either side of a change of the clocks. */
const AROUND_CHANGE = 3 * DAY;

/** Refuses a backup that starts while the job may still run, or that is made twice without a run of the job in between. */
export function checkAfterJob(owner: IConstruct, backup: Schedule, job: LinkedJob): void {
  for (const schedule of [backup, job.schedule]) {
    if (schedule.every === undefined) continue;
    throw invalid(owner, {
      prop: 'cronJob',
      rule: `must only be given when both run at times of the day, since runs of '@every' are counted from the CronJob's creation`,
      received: schedule.expression,
      fix: `Write both schedules with five fields, or leave out 'cronJob'`,
    });
  }
  const longest = longestRun(job);
  const collisions = job.schedule.collisions(backup, { duration: longest });
  if (collisions.length > 0) {
    throw invalid(owner, {
      prop: 'schedule',
      rule: `must not start within the ${longest.toHumanString()} that a run of '${job.name}' may take${longest === job.timeout ? '' : ' with the retries of the platform'}: ${collisions.map(({ text }) => text).join('; ')}`,
      received: backup.expression,
      fix: `Start it after ${longest === job.timeout ? `the job's timeout` : 'the last retry'}, or shorten the 'timeout' of '${job.name}'`,
    });
  }
  for (const [from, to] of spans(backup, job.schedule)) {
    const idle = pairWithoutJob(backup, job.schedule, from, to);
    if (idle === undefined) continue;
    const [first, second] = idle.map((at) => backup.localTime(new Date(at)));
    throw invalid(owner, {
      prop: 'schedule',
      rule: `must not be more frequent than the job it follows: '${job.name}' (${job.schedule.expression}) does not run between the backups of ${first} and ${second}`,
      received: backup.expression,
      fix: `Choose a schedule with at most one backup for each run of '${job.name}', or leave out 'cronJob'`,
    });
  }
}

/** The timeout, which the Job's own retries share; each retry of the platform has one of its own, after its delay. */
function longestRun({ timeout, retries }: LinkedJob): Duration {
  if (retries.by === 'job' || retries.maxRetries === 0) return timeout;
  const delays = Array.from({ length: retries.maxRetries }, (_, index) =>
    retryDelay(index + 1).toSeconds(),
  );
  return Duration.seconds(
    delays.reduce((sum, delay) => sum + delay, timeout.toSeconds() * (retries.maxRetries + 1)),
  );
}

/** 35 days and the days around each change of the clocks; a year where one of the two runs less than daily. */
function spans(backup: Schedule, job: Schedule): readonly (readonly [from: number, to: number])[] {
  const first = [START, START + DAYS * DAY] as const;
  if ([backup, job].some((schedule) => occurrences(schedule, ...first).length < DAYS))
    return [[START, START + YEAR]];
  const changes = [backup, job].flatMap((schedule) => schedule.clockChanges(START, 366));
  return [first, ...changes.map((at) => [at - AROUND_CHANGE, at + AROUND_CHANGE] as const)];
}

/**
 * Two backups with no run of the job in between. Not counted is what the clocks do: a backup that a fold repeats, and
 * a run of the job that fell into a gap.
 */
function pairWithoutJob(
  backup: Schedule,
  job: Schedule,
  from: number,
  to: number,
): readonly [number, number] | undefined {
  const jobs = occurrences(job, from, to);
  const changes = [backup, job].flatMap((schedule) =>
    schedule.clockChanges(from, (to - from) / DAY),
  );
  let index = 0;
  let first: number | undefined;
  for (const second of occurrences(backup, from, to)) {
    const before = index;
    while ((jobs[index] ?? Number.POSITIVE_INFINITY) <= second) index++;
    const idle = first !== undefined && index === before;
    if (idle && !changes.some((at) => nearChange(at, first as number, second)))
      return [first as number, second];
    first = second;
  }
  return undefined;
}

/** Whether the clocks changed between the two, or up to two hours before the first. */
function nearChange(at: number, first: number, second: number): boolean {
  return at >= first - 2 * HOUR && at <= second && second - first <= DAYS * DAY;
}

function occurrences(schedule: Schedule, from: number, to: number): readonly number[] {
  return schedule.occurrences(new Date(from), new Date(to)).map((date) => date.getTime());
}

/** The warning for a verification that may start while a backup runs, or undefined. */
export function verificationOverlap(
  backup: Schedule,
  timeout: Duration,
  verification: Schedule,
): string | undefined {
  if (backup.every !== undefined || verification.every !== undefined) return undefined;
  const [collision] = backup.collisions(verification, { duration: timeout, limit: 1 });
  if (collision === undefined) return undefined;
  return `'verification.schedule' may start while a backup runs, and then waits for it: ${collision.text}. Move it behind the backup's timeout of ${timeout.toHumanString()}.`;
}

/** Whether the rules keep one snapshot only: a count below 2, and no time that reaches back to the run before. */
export function coversTooLittle(backup: Schedule, keep: readonly string[]): boolean {
  const counts = keep.filter((flag) => !flag.startsWith('--keep-within='));
  const total = counts.reduce((sum, flag) => sum + Number(flag.split('=')[1]), 0);
  const within = keep.find((flag) => flag.startsWith('--keep-within='));
  const days = Number(/\d+/.exec(within ?? '')?.[0] ?? 0);
  return total < 2 && Duration.days(days).toSeconds() < backup.shortestGap().toSeconds();
}
