/** @module The dialect of cron that Kubernetes reads: robfig/cron v3's standard parser, under the API server's own rules. */
import { parseDuration } from './go-duration';

/** One field of an expression. */
export interface Field {
  readonly values: ReadonlySet<number>;
  /** Written with `*` or `?` and no step above 1: what makes the other day field the only one that counts. */
  readonly star: boolean;
}

/** Runs at the times of a calendar. */
export interface CalendarRule {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
}

/** Runs in equal distances (`@every`), counted from wherever one begins to count. */
export interface IntervalRule {
  readonly everySeconds: number;
}

export type Rule = CalendarRule | IntervalRule;

export function isInterval(rule: Rule): rule is IntervalRule {
  return 'everySeconds' in rule;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** Names of weekdays by their number. */
export const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

/** The least and the greatest value of each field, in the order in which they are written. */
export const BOUNDS = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  dayOfMonth: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: MONTHS },
  dayOfWeek: { min: 0, max: 6, names: WEEKDAYS },
} as const satisfies Record<keyof CalendarRule, Bounds>;

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** What Go's `unicode.IsSpace` says; JavaScript's `\s` differs in two characters. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Reads an expression.
 *
 * @throws an Error whose message is the reason as Kubernetes words it
 */
export function parse(expression: string): Rule {
  if (expression === '') throw new Error('empty spec string');
  if (expression.includes('TZ'))
    throw new Error('cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  if (expression.startsWith('@every '))
    return { everySeconds: everySeconds(expression, expression.slice('@every '.length)) };
  const spelledOut = Object.hasOwn(DESCRIPTORS, expression) ? DESCRIPTORS[expression] : undefined;
  if (expression.startsWith('@') && !spelledOut)
    throw new Error(`unrecognized descriptor: ${expression}`);
  return calendar(spelledOut ?? expression);
}

/** The five fields as they are written; a descriptor's are spelled out. */
export function fieldsOf(expression: string): readonly string[] {
  return (DESCRIPTORS[expression] ?? expression).split(SPACE).filter((field) => field !== '');
}

function calendar(expression: string): CalendarRule {
  const fields = fieldsOf(expression);
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...rest] = fields;
  if (dayOfWeek === undefined || rest.length > 0)
    throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return {
    minute: parseField(minute as string, BOUNDS.minute),
    hour: parseField(hour as string, BOUNDS.hour),
    dayOfMonth: parseField(dayOfMonth as string, BOUNDS.dayOfMonth),
    month: parseField(month as string, BOUNDS.month),
    dayOfWeek: parseField(dayOfWeek, BOUNDS.dayOfWeek),
  };
}

function everySeconds(descriptor: string, text: string): number {
  try {
    const nanoseconds = parseDuration(text);
    return nanoseconds < 1_000_000_000n ? 1 : Number(nanoseconds / 1_000_000_000n);
  } catch (error) {
    throw new Error(`failed to parse duration ${descriptor}: ${(error as Error).message}`);
  }
}

/** Empty items count for nothing: `1,,2` is `1,2`, and `,` is a field without a value. */
function parseField(text: string, bounds: Bounds): Field {
  const ranges = text
    .split(',')
    .filter((item) => item !== '')
    .map((item) => parseRange(item, bounds));
  return {
    values: new Set(ranges.flatMap((range) => range.values)),
    star: ranges.some((range) => range.star),
  };
}

function parseRange(
  item: string,
  bounds: Bounds,
): { readonly values: readonly number[]; readonly star: boolean } {
  const [range = '', stepText, ...moreSteps] = item.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  const star = low === '*' || low === '?';
  let [start, end]: [number, number] = [bounds.min, bounds.max];
  if (!star) {
    start = end = parseNumberOrName(low, bounds);
    if (moreHyphens.length > 0) throw new Error(`too many hyphens: ${item}`);
    if (high !== undefined) end = parseNumberOrName(high, bounds);
  }
  if (moreSteps.length > 0) throw new Error(`too many slashes: ${item}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  // `5/15` has no end of its own and goes on to the field's greatest value.
  if (stepText !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min)
    throw new Error(`beginning of range (${start}) below minimum (${bounds.min}): ${item}`);
  if (end > bounds.max)
    throw new Error(`end of range (${end}) above maximum (${bounds.max}): ${item}`);
  if (start > end)
    throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${item}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${item}`);
  const values: number[] = [];
  for (let value = start; value <= end; value += step) values.push(value);
  return { values, star: star && step === 1 };
}

function parseNumberOrName(text: string, { min, names = [] }: Bounds): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + min : parseNumber(text);
}

const GREATEST = 9_223_372_036_854_775_807n;

/** A number as Go's `strconv.Atoi` reads it: a sign is allowed, and leading zeros. */
function parseNumber(text: string): number {
  const failed = (why: string) =>
    new Error(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`,
    );
  if (!/^[-+]?[0-9]+$/.test(text)) throw failed('invalid syntax');
  const value = BigInt(text.replace('+', ''));
  if (value > GREATEST || value < -GREATEST - 1n) throw failed('value out of range');
  if (value < 0n) throw new Error(`negative number (${value}) not allowed: ${text}`);
  return Number(value);
}

const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether no calendar has such a time: 31 February, or a field without a value. */
export function neverComes({ minute, hour, dayOfMonth, month, dayOfWeek }: CalendarRule): boolean {
  if ([minute, hour, month].some(({ values }) => values.size === 0)) return true;
  const longest = Math.max(...[...month.values].map((value) => MONTH_LENGTHS[value - 1] ?? 0));
  const byMonth = [...dayOfMonth.values].some((day) => day <= longest);
  const byWeek = dayOfWeek.values.size > 0;
  return dayOfMonth.star || dayOfWeek.star ? !(byMonth && byWeek) : !(byMonth || byWeek);
}
