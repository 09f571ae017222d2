/** @module Checks of props: what passes comes back, what does not is refused with the whole message. */
import { App, Chart, Duration } from 'cdk8s';
import {
  checkBoolean,
  checkInstance,
  checkInteger,
  checkKnown,
  checkLabels,
  checkList,
  checkName,
  checkObject,
  checkOneOf,
  checkStrings,
  nearest,
} from '../../constructs/check';

const owner = `Thing 'shop/x'`;

describe('what passes comes back', () => {
  test('an optional prop that is left out', () => {
    expect(checkStrings(owner, 'args', undefined)).toBeUndefined();
    expect(checkInteger(owner, 'pods', undefined)).toBeUndefined();
    expect(checkOneOf(owner, 'level', undefined, ['a'])).toBeUndefined();
    expect(checkInstance(owner, 'timeout', undefined, Duration as never, 'x')).toBeUndefined();
    expect(checkBoolean(owner, 'suspend', undefined)).toBeUndefined();
    expect(checkLabels(owner, 'labels', undefined)).toBeUndefined();
  });
  test('a value in range', () => {
    expect(checkStrings(owner, 'args', ['a', ''])).toEqual(['a', '']);
    expect(checkStrings(owner, 'args', [])).toEqual([]);
    expect(checkInteger(owner, 'pods', 0)).toBe(0);
    expect(checkInteger(owner, 'pods', 2_147_483_647)).toBe(2_147_483_647);
    expect(checkOneOf(owner, 'level', 'b', ['a', 'b'])).toBe('b');
    expect(checkName(owner, 'name', 'a'.repeat(63))).toBe('a'.repeat(63));
    expect(checkName(owner, 'name', '0')).toBe('0');
    expect(checkBoolean(owner, 'suspend', false)).toBe(false);
    const minute = Duration.minutes(1);
    expect(checkInstance(owner, 'timeout', minute, Duration as never, 'x')).toBe(minute);
    expect(() => checkKnown(owner, { a: 1 }, ['a'])).not.toThrow();
    expect(() => checkList(owner, 'peers', [1], '[1]')).not.toThrow();
    expect(() => checkObject(owner, 'x', Object.create(null), '{}')).not.toThrow();
    expect(() =>
      checkLabels(owner, 'labels', { a: '', 'example.com/b_c.D': 'x'.repeat(63) }),
    ).not.toThrow();
    expect(() =>
      checkLabels(owner, 'annotations', { a: 'any\ntext at all' }, 'annotations'),
    ).not.toThrow();
  });
  test('an instance of another copy of its class, known by name', () => {
    class Base {}
    const Other = { Duration: class Duration extends Base {} }.Duration;
    expect(checkInstance(owner, 'timeout', new Other(), Duration as never, 'x')).toBeInstanceOf(
      Base,
    );
  });
});

const LABEL_RULE =
  "must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters";
const KEY_RULE =
  "must have keys like 'team' or 'example.com/team', the name of at most 63 letters, digits, '-', '_' and '.'";
const VALUE_RULE =
  "must be a string of at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";
const STRINGS_RULE = 'must be an array of strings, one for each argument';

test.each<[string, () => unknown, string]>([
  [
    'unknown',
    () => checkKnown(owner, { comand: 1 }, ['command']),
    `'comand' of ${owner} is not a known prop, received 1. Did you mean 'command'.`,
  ],
  [
    'unknown, far from all',
    () => checkKnown(owner, { zzzzz: 1 }, ['a', 'b'], 'plan.'),
    `'plan.zzzzz' of ${owner} is not a known prop, received 1. Known are 'a', 'b'.`,
  ],
  [
    'props that are null',
    () => checkKnown(owner, null as never, ['a']),
    `'props' of ${owner} must be an object, received null. Write { a: … }.`,
  ],
  [
    'props that are text',
    () => checkKnown(owner, 'x' as never, [], 'plan.'),
    `'plan' of ${owner} must be an object, received 'x'. Write { : … }.`,
  ],
  [
    'a command in one string',
    () => checkStrings(owner, 'command', ' echo  hi'),
    `'command' of ${owner} ${STRINGS_RULE}, received ' echo  hi'. Write ['echo', 'hi'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    'a command of numbers',
    () => checkStrings(owner, 'command', [1]),
    `'command' of ${owner} ${STRINGS_RULE}, received [1]. Write ['echo', 'hello'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    'a fraction',
    () => checkInteger(owner, 'pods', 1.5),
    `'pods' of ${owner} must be a whole number from 0 to 2147483647, received 1.5. Give a number in that range, or leave 'pods' out for the default.`,
  ],
  [
    'a number as text',
    () => checkInteger(owner, 'pods', '1', { min: 1, max: 5 }),
    `'pods' of ${owner} must be a whole number from 1 to 5, received '1'. Give a number in that range, or leave 'pods' out for the default.`,
  ],
  [
    'no number',
    () => checkInteger(owner, 'pods', Number.NaN, { max: 5 }),
    `'pods' of ${owner} must be a whole number from 0 to 5, received NaN. Give a number in that range, or leave 'pods' out for the default.`,
  ],
  [
    'a choice misspelt',
    () => checkOneOf(owner, 'level', 'Restrictd', ['restricted', 'baseline']),
    `'level' of ${owner} must be one of 'restricted', 'baseline', received 'Restrictd'. Did you mean 'restricted'.`,
  ],
  [
    'no choice',
    () => checkOneOf(owner, 'level', 3, ['restricted']),
    `'level' of ${owner} must be one of 'restricted', received 3. Choose one of them.`,
  ],
  [
    'a name too long',
    () => checkName(owner, 'name', 'a'.repeat(65)),
    `'name' of ${owner} ${LABEL_RULE}, received '${'a'.repeat(65)}'. Shorten it by 2 characters.`,
  ],
  [
    'a name in capitals',
    () => checkName(owner, 'name', 'Shop'),
    `'name' of ${owner} ${LABEL_RULE}, received 'Shop'. Use a name like 'nightly-report'.`,
  ],
  [
    'a name with a line behind it',
    () => checkName(owner, 'name', 'shop\n'),
    `'name' of ${owner} ${LABEL_RULE}, received 'shop\n'. Use a name like 'nightly-report'.`,
  ],
  [
    'a name that is none',
    () => checkName(owner, 'name', undefined),
    `'name' of ${owner} ${LABEL_RULE}, received nothing. Use a name like 'nightly-report'.`,
  ],
  [
    'text for a Duration',
    () => checkInstance(owner, 'timeout', '1h', Duration as never, 'Duration.hours(1)'),
    `'timeout' of ${owner} must be a Duration, received '1h'. Write Duration.hours(1).`,
  ],
  [
    'null for a Duration',
    () => checkInstance(owner, 'timeout', null, Duration as never, 'Duration.hours(1)'),
    `'timeout' of ${owner} must be a Duration, received null. Write Duration.hours(1).`,
  ],
  [
    'an object for a Duration',
    () =>
      checkInstance(owner, 'timeout', Object.create(null), Duration as never, 'Duration.hours(1)'),
    `'timeout' of ${owner} must be a Duration, received {}. Write Duration.hours(1).`,
  ],
  [
    'false as text',
    () => checkBoolean(owner, 'suspend', 'false'),
    `'suspend' of ${owner} must be true or false, received 'false'. Write false without quotes, or leave it out for the default.`,
  ],
  [
    'a switch as a number',
    () => checkBoolean(owner, 'suspend', 1),
    `'suspend' of ${owner} must be true or false, received 1. Write true without quotes, or leave it out for the default.`,
  ],
  [
    'an array for an object',
    () => checkObject(owner, 'plan', [], '{ pods: 1 }'),
    `'plan' of ${owner} must be an object, received []. Write { pods: 1 }.`,
  ],
  [
    'an empty list',
    () => checkList(owner, 'peers', [], '[1]'),
    `'peers' of ${owner} must be an array with at least one item, received []. Write [1], or leave it out where it is optional.`,
  ],
  [
    'no list',
    () => checkList(owner, 'peers', {}, '[1]'),
    `'peers' of ${owner} must be an array with at least one item, received {}. Write [1], or leave it out where it is optional.`,
  ],
  [
    'a label key with a space',
    () => checkLabels(owner, 'labels', { 'a b': 'x' }),
    `'labels' of ${owner} ${KEY_RULE}, received 'a b'. Rename the key.`,
  ],
  [
    'a label key with two slashes',
    () => checkLabels(owner, 'labels', { 'a/b/c': 'x' }),
    `'labels' of ${owner} ${KEY_RULE}, received 'a/b/c'. Rename the key.`,
  ],
  [
    'a label key without a name',
    () => checkLabels(owner, 'labels', { 'a/': 'x' }),
    `'labels' of ${owner} ${KEY_RULE}, received 'a/'. Rename the key.`,
  ],
  [
    'a label key with capitals before the slash',
    () => checkLabels(owner, 'labels', { 'A/b': 'x' }),
    `'labels' of ${owner} ${KEY_RULE}, received 'A/b'. Rename the key.`,
  ],
  [
    'a label value with a space',
    () => checkLabels(owner, 'labels', { a: 'b c' }),
    `'labels.a' of ${owner} ${VALUE_RULE}, received 'b c'. Shorten it or replace the other characters.`,
  ],
  [
    'a label value that is a number',
    () => checkLabels(owner, 'labels', { a: 1 }),
    `'labels.a' of ${owner} ${VALUE_RULE}, received 1. Write '1' in quotes.`,
  ],
  [
    'an annotation that is a switch',
    () => checkLabels(owner, 'annotations', { a: true }, 'annotations'),
    `'annotations.a' of ${owner} must be a string, received true. Write 'true' in quotes.`,
  ],
  [
    'labels that are text',
    () => checkLabels(owner, 'labels', 'a=b'),
    `'labels' of ${owner} must be an object, received 'a=b'. Write { 'hks.io/app': 'api' }.`,
  ],
])('refused: %s', (_, check, message) => {
  expect(check).toThrow(new Error(message));
});

test('a construct is named by its class and path', () => {
  const chart = new Chart(new App(), 'shop');
  expect(() => checkName(chart, 'name', '')).toThrow(`'name' of Chart 'shop' must be`);
});

test('the nearest name is at most two edits away', () => {
  expect(nearest('schedul', ['schedule', 'suspend'])).toBe('schedule');
  expect(nearest('xyz', ['schedule'])).toBeUndefined();
  expect(nearest('', [])).toBeUndefined();
});
