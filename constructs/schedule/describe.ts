/** @module A schedule in plain English. */
import type { Duration } from 'cdk8s';
import cronstrue from 'cronstrue';
import { type CalendarRule, type Field, fieldsOf, isInterval, type Rule } from './dialect';
import { dayFields, isFull, list } from './fields';

export function describe(
  expression: string,
  rule: Rule,
  timeZone: string,
  jitter?: Duration,
): string {
  if (isInterval(rule))
    return `Every ${spelledOut(rule.everySeconds)}, counted from the CronJob's creation`;
  const [minute = '', hour = '', monthDay = '', month = '', weekday = ''] = fieldsOf(expression);
  const [dayOfMonth, dayOfWeek] = dayFields(rule);
  const fields = [
    readable(minute, rule.minute, 'minute'),
    readable(hour, rule.hour, 'hour'),
    dayOfMonth === '*' ? '*' : readable(monthDay, rule.dayOfMonth, 'dayOfMonth'),
    readable(month, rule.month, 'month'),
    dayOfWeek === '*' ? '*' : readable(weekday, rule.dayOfWeek, 'dayOfWeek'),
  ];
  const text = cronstrue.toString(fields.join(' '), { use24HourTimeFormat: true });
  const moved = jitter ? `, moved by up to ${spelledOut(jitter.toSeconds())}` : '';
  return `${text}, in the time zone ${timeZone}${moved}`;
}

const ITEM = String.raw`(\d+(-\d+)?|[a-z]{3}(-[a-z]{3})?)`;
const PLAIN = new RegExp(String.raw`^(\*|${ITEM})(\/\d+)?(,${ITEM})*$`, 'i');

/** The field as it was written, where that is plain; else its values: `1,,2`, `*-5`, or a step past the field's end. */
function readable(text: string, field: Field, name: keyof CalendarRule): string {
  const isStep = !text.includes('/') || field.values.size > 2;
  return !isFull(field, name) && isStep && PLAIN.test(text) ? text : list(field, name);
}

/** `1 hour 30 minutes` */
export function spelledOut(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ];
  let rest = seconds;
  const parts = units.flatMap(([name, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return parts.join(' ') || '0 seconds';
}
