/** @module Fields of an expression, written again from their values. */
import { BOUNDS, type CalendarRule, type Field } from './dialect';

type Name = keyof CalendarRule;

/** The values in order. */
export function sorted({ values }: Pick<Field, 'values'>): readonly number[] {
  return [...values].sort((a, b) => a - b);
}

export function isFull({ values }: Pick<Field, 'values'>, name: Name): boolean {
  return values.size === BOUNDS[name].max - BOUNDS[name].min + 1;
}

/** Every day of the year: full fields, or one full day field and another that only adds days to it. */
export function isEveryDay(rule: CalendarRule): boolean {
  const [byMonth, byWeek] = [
    isFull(rule.dayOfMonth, 'dayOfMonth'),
    isFull(rule.dayOfWeek, 'dayOfWeek'),
  ];
  return isFull(rule.month, 'month') && (either(rule) ? byMonth || byWeek : byMonth && byWeek);
}

/** Whether a day that one of the day fields holds is enough: neither is written with a star. */
export function either({ dayOfMonth, dayOfWeek }: CalendarRule): boolean {
  return !dayOfMonth.star && !dayOfWeek.star;
}

/**
 * The two day fields as other programs must see them. They all take two restricted fields for either of them; but
 * robfig goes by the star alone and so calls a full list restricted, and others go by the values.
 */
export function dayFields(rule: CalendarRule): readonly [dayOfMonth: string, dayOfWeek: string] {
  const monthDays = plainList(rule.dayOfMonth, 'dayOfMonth');
  const weekDays = plainList(rule.dayOfWeek, 'dayOfWeek');
  if (either(rule) && (monthDays === '*' || weekDays === '*')) return ['*', '*'];
  return [monthDays || '*', weekDays || '*'];
}

/** All, or a list without ranges and steps, which to others may reach to weekday 7. */
function plainList(field: Field, name: Name): string {
  return isFull(field, name) ? '*' : sorted(field).join(',');
}

/** The shortest way to write the values: all, a range to the end, every n-th, or a list. */
export function list(field: Pick<Field, 'values'>, name: Name): string {
  const { min, max } = BOUNDS[name];
  const values = sorted(field);
  const [first = min, second = max + 1] = values;
  const step = second - first;
  if (values.length === 0 || isFull(field, name)) return '*';
  const even = values.every((value, index) => value === first + index * step);
  if (values.length < 3 || !even || (values.at(-1) ?? 0) + step <= max) return values.join(',');
  if (step === 1) return `${first}-${max}`;
  return `${first === min ? '*' : first}/${step}`;
}
