/** @module When a workload runs: presets or a cron expression in Kubernetes's dialect, in a time zone. */
import { Duration } from 'cdk8s';
import { checkInstance, checkInteger, checkKnown } from './check';
import { invalid } from './invalid';
import {
  type Collision,
  type CollisionWindow,
  collisions,
  FIXED_START,
} from './schedule/collisions';
import { describe } from './schedule/describe';
import { isInterval, type Rule } from './schedule/dialect';
import { refusedExpression, ruleOf } from './schedule/expression';
import { checkJitter, offsetFor, shifted } from './schedule/jitter';
import { runAfter, runsAfter, runsBefore, runsBetween } from './schedule/occurrences';
import { type Times, timesOf } from './schedule/preset-times';
import {
  lookUp,
  resolveReferences,
  unset,
  type Variables,
  variablesOf,
} from './schedule/reference';
import { shortestGap } from './schedule/shortest-gap';
import { checkDate, DAY, Zone } from './schedule/zone';

export type { Collision, CollisionWindow } from './schedule/collisions';

export interface ScheduleOptions {
  /** Name of the time zone in the IANA database. @default 'Etc/UTC' */
  readonly timeZone?: string;
  /** Moves the start by a fixed part of this, whole minutes chosen by the construct's path. @default - the start is not moved */
  readonly jitter?: Duration;
}
export interface CronOptions extends ScheduleOptions {
  /** Variables that `${NAME}` in the expression refers to. @default process.env */
  readonly env?: Variables;
}
export interface FromEnvOptions extends CronOptions {
  /** Expression where the variable is unset or empty. @default - an error that names the variable */
  readonly default?: string;
}
export interface HourlyOptions extends ScheduleOptions {
  /** Minute of the hour, 0 to 59. @default 0 */
  readonly minute?: number;
}
export interface DailyOptions extends HourlyOptions {
  /** Hour of the day, 0 to 23. @default 0 */
  readonly hour?: number;
}
export interface WeeklyOptions extends DailyOptions {
  /** Day of the week. @default 'sun' */
  readonly weekday?: Weekday;
}
export interface MonthlyOptions extends DailyOptions {
  /** Day of the month, 1 to 28: the days that every month has. @default 1 */
  readonly day?: number;
}
export type Weekday = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';
export type Preset = 'hourly' | 'daily' | 'weekly' | 'monthly';

const OPTIONS = ['timeZone', 'jitter'];

/** When a workload runs. Values are immutable; two of the same text are the same schedule. */
export class Schedule {
  /** Once an hour. */
  static hourly(options: HourlyOptions = {}): Schedule {
    return preset('hourly', options, ['minute'], ({ minute }) => `${minute} * * * *`);
  }

  /** Once a day. */
  static daily(options: DailyOptions = {}): Schedule {
    return preset('daily', options, ['minute', 'hour'], (at) => `${at.minute} ${at.hour} * * *`);
  }

  /** Once a week. */
  static weekly(options: WeeklyOptions = {}): Schedule {
    return preset(
      'weekly',
      options,
      ['minute', 'hour', 'weekday'],
      ({ minute, hour, weekday }) => `${minute} ${hour} * * ${weekday}`,
    );
  }

  /** Once a month. */
  static monthly(options: MonthlyOptions = {}): Schedule {
    return preset(
      'monthly',
      options,
      ['minute', 'hour', 'day'],
      ({ minute, hour, day }) => `${minute} ${hour} ${day} * *`,
    );
  }

  /**
   * By a cron expression: five fields, `@daily` and its like, or `@every 90m`; `${NAME}` and `${NAME:-default}` in it
   * stand for environment variables.
   */
  static cron(expression: string, options: CronOptions = {}): Schedule {
    const owner = 'Schedule.cron';
    checkKnown(owner, options, [...OPTIONS, 'env']);
    if (typeof expression !== 'string') throw refusedExpression(owner, expression, 'not a string');
    return new Schedule(owner, resolveReferences(owner, expression, options.env), options);
  }

  /** By the cron expression in an environment variable. */
  static fromEnv(name: string, options: FromEnvOptions = {}): Schedule {
    const owner = 'Schedule.fromEnv';
    checkKnown(owner, options, [...OPTIONS, 'env', 'default']);
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw invalid(owner, {
        prop: 'name',
        rule: `must be the name of an environment variable: letters, digits and '_', not beginning with a digit`,
        received: name,
        fix: `Write a name like 'BACKUP_SCHEDULE'`,
      });
    }
    const fallback = options.default;
    if (fallback !== undefined && typeof fallback !== 'string')
      throw refusedExpression(owner, fallback, 'not a string', 'default');
    const expression =
      lookUp(variablesOf(owner, options.env), name) ||
      (fallback && resolveReferences(owner, fallback, options.env));
    if (!expression) throw unset(owner, name, `\${${name}}`);
    return new Schedule(`${owner}('${name}')`, expression, options);
  }

  /** The expression as Kubernetes gets it. */
  readonly expression: string;
  /** Name of the time zone, as Kubernetes gets it. */
  readonly timeZone: string;
  /** The preset that made the schedule, if one did. */
  readonly preset?: Preset;
  /** The distance between runs of `@every`, whose runs are counted from the CronJob's creation and then from run to run. */
  readonly every?: Duration;
  /** How far `resolve` may move the start. */
  readonly jitter?: Duration;

  private readonly rule: Rule;
  private readonly zone: Zone;

  /** @internal */
  constructor(
    owner: string,
    expression: string,
    { timeZone = 'Etc/UTC', jitter }: ScheduleOptions,
    preset?: Preset,
  ) {
    this.expression = expression;
    this.rule = ruleOf(owner, expression);
    this.zone = Zone.of(owner, timeZone);
    this.timeZone = timeZone;
    this.preset = preset;
    if (isInterval(this.rule)) this.every = Duration.seconds(this.rule.everySeconds);
    this.jitter = checkInstance(owner, 'jitter', jitter, Duration, 'Duration.minutes(15)');
    if (this.jitter) checkJitter(owner, expression, this.rule, this.jitter);
  }

  /** The schedule without jitter: its start moved by a stable hash of the construct's path, within [0, jitter). */
  resolve(path: string): Schedule {
    if (!this.jitter || isInterval(this.rule)) return this;
    const expression = shifted(this.expression, this.rule, offsetFor(path, this.jitter));
    return new Schedule('Schedule', expression, { timeZone: this.timeZone }, this.preset);
  }

  /** The next runs after `from`; fewer than `count` only where Kubernetes finds none within five years. */
  next(count: number, from: Date): Date[] {
    const { wanted, time } = checkSearch('Schedule.next', count, from);
    const runs: Date[] = [];
    if (wanted === 1) {
      const run = runAfter(this.rule, this.zone, time);
      return run === undefined ? [] : [new Date(run)];
    }
    if (wanted === 0) return runs;
    for (const run of runsAfter(this.rule, this.zone, time)) {
      runs.push(new Date(run));
      if (runs.length === wanted) break;
    }
    return runs;
  }

  /** The last runs before `from`, the latest first. */
  previous(count: number, from: Date): Date[] {
    const { wanted, time } = checkSearch('Schedule.previous', count, from);
    if (wanted === 0) return [];
    return runsBefore(this.rule, this.zone, time, wanted)
      .map((run) => new Date(run))
      .reverse();
  }

  /** All runs from `from` on and before `to`. Those of `@every` are counted from `from`. */
  occurrences(from: Date, to: Date): Date[] {
    const { time } = checkSearch('Schedule.occurrences', 0, from);
    const { time: end } = checkSearch('Schedule.occurrences', 0, to, 'to');
    return runsBetween(this.rule, this.zone, time, end).map((run) => new Date(run));
  }

  /** The smallest distance between two runs, changes of the clock included. */
  shortestGap(): Duration {
    return Duration.seconds(shortestGap(this.rule, this.zone, FIXED_START.getTime()) / 1000);
  }

  /** In plain English: `At 03:00, in the time zone Europe/Berlin`. */
  describe(): string {
    return describe(this.expression, this.rule, this.timeZone, this.jitter);
  }

  /** The runs of the other schedule that overlap with one of this: at most `limit`, earliest first. */
  collisions(other: Schedule, window: CollisionWindow): readonly Collision[] {
    return collisions(this, other, window);
  }

  /** `2026-03-29 03:00 Europe/Berlin (UTC+02:00)`: the instant on the schedule's clock. */
  localTime(instant: Date): string {
    return this.zone.format(instant.getTime());
  }

  /** Instants within `days` of `from` at which the clock of the schedule's zone changes, in milliseconds. */
  clockChanges(from: number, days: number): readonly number[] {
    return [...this.zone.changes(from, from + days * DAY)];
  }
}

function preset(
  name: Preset,
  options: ScheduleOptions & MonthlyOptions & WeeklyOptions,
  known: readonly (keyof Times)[],
  expression: (times: Times) => string,
): Schedule {
  const owner = `Schedule.${name}`;
  checkKnown(owner, options, [...known, ...OPTIONS]);
  return new Schedule(owner, expression(timesOf(owner, options)), options, name);
}

function checkSearch(
  owner: string,
  count: unknown,
  from: unknown,
  prop = 'from',
): { readonly wanted: number; readonly time: number } {
  const time = checkDate(owner, prop, from);
  return { wanted: checkInteger(owner, 'count', count, { max: 10_000_000 }) ?? 1, time };
}
