/** @module The times that presets take, checked, with their defaults. */
import { checkInteger, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { WEEKDAYS } from './dialect';

/** Times of a preset as they were given. */
export interface PresetTimes {
  readonly minute?: number;
  readonly hour?: number;
  readonly weekday?: string;
  readonly day?: number;
}
/** As they stand in an expression. */
export interface Times {
  readonly minute: number;
  readonly hour: number;
  readonly weekday: number;
  readonly day: number;
}

export function timesOf(owner: string, { minute, hour, weekday, day }: PresetTimes): Times {
  return {
    minute: checkInteger(owner, 'minute', minute, { max: 59 }) ?? 0,
    hour: checkInteger(owner, 'hour', hour, { max: 23 }) ?? 0,
    weekday: WEEKDAYS.indexOf(checkOneOf(owner, 'weekday', weekday, WEEKDAYS) ?? 'sun'),
    day: checkDay(owner, day) ?? 1,
  };
}

function checkDay(owner: string, day: unknown): number | undefined {
  if (typeof day !== 'number' || day < 29 || day > 31 || !Number.isInteger(day))
    return checkInteger(owner, 'day', day, { min: 1, max: 28 });
  throw invalid(owner, {
    prop: 'day',
    rule: 'must be a day that every month has, from 1 to 28',
    received: day,
    fix: `For the months that have it alone, write Schedule.cron('0 0 ${day} * *')`,
  });
}
