/** @module The one form of a refusal, for every kind of value. */
import { invalid, ownerName, shown } from '../../constructs/invalid';

test('the message names prop, owner, rule, value and fix', () => {
  const refusal = {
    prop: 'command',
    rule: 'must be an array',
    received: 'echo',
    fix: `Write ['echo']`,
  };
  expect(invalid(`HksCronJob 'shop/nightly'`, refusal)).toEqual(
    new Error(
      `'command' of HksCronJob 'shop/nightly' must be an array, received 'echo'. Write ['echo'].`,
    ),
  );
});

test('an owner is given by text or by construct', () => {
  expect(ownerName('the plan')).toBe('the plan');
  class Thing {
    readonly node = { path: 'shop/x' };
  }
  expect(ownerName(new Thing() as never)).toBe(`Thing 'shop/x'`);
});

const circle: { self?: unknown } = {};
circle.self = circle;
const bare = Object.assign(Object.create(null), { big: 1n });

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['', `''`],
  [Number.NaN, 'NaN'],
  [-0.5, '-0.5'],
  [12n, '12'],
  [true, 'true'],
  [() => 1, 'a function'],
  [Symbol('x'), 'Symbol(x)'],
  [{ a: [1] }, '{"a":[1]}'],
  [circle, 'an object of Object'],
  [bare, 'an object of unknown type'],
])('%p is shown', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('a long value is cut', () => {
  expect(shown('x'.repeat(500))).toBe(`'${'x'.repeat(159)}…`);
});
