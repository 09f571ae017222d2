/** @module Blocks of addresses: read, cleared, compared and written. */
import { isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import {
  type Cidr,
  cidrText,
  contains,
  networkOf,
  parseCidr,
} from '../../../constructs/project/cidr';

const parse = (text: string) => parseCidr(text) as Cidr;

test.each([
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['255.255.255.255/32', '255.255.255.255/32'],
  ['2001:db8::1/32', '2001:db8::/32'],
  ['::/0', '::/0'],
  ['::1/128', '::1/128'],
  ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'],
  ['1:2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7:8/128'],
  ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
  ['10:0:0:1:0:0:0:1/128', '10:0:0:1::1/128'],
  ['FD00::/8', 'fd00::/8'],
])('%s is in %s', (text, network) => {
  expect(cidrText(networkOf(parse(text)))).toBe(network);
});

test.each([
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/08',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0/8',
  '010.0.0.0/8',
  '256.0.0.0/8',
  '::/129',
  'fe80::1%eth0/64',
  ':::/8',
  'example.com/8',
  '',
  8,
  undefined,
])('%p is no block', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test('a block holds itself and its parts, not its neighbours and not the other family', () => {
  expect(contains(parse('10.0.0.0/8'), parse('10.0.0.0/8'))).toBe(true);
  expect(contains(parse('10.0.0.0/8'), parse('10.255.0.0/16'))).toBe(true);
  expect(contains(parse('10.0.0.0/8'), parse('11.0.0.0/16'))).toBe(false);
  expect(contains(parse('10.0.0.0/16'), parse('10.0.0.0/8'))).toBe(false);
  expect(contains(parse('::/0'), parse('10.0.0.0/8'))).toBe(false);
  expect(contains(parse('fd00::/8'), parse('fd12:3456::/32'))).toBe(true);
});

test('what is written is read back as the same block', () => {
  const block = fc.record({
    first: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    mask: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    prefix: fc.integer({ min: 0, max: 128 }),
  });
  fc.assert(
    fc.property(block, ({ first, mask, prefix }) => {
      const cidr: Cidr = { family: 6, first: first & mask, prefix };
      const text = cidrText(cidr);
      expect(isIPv6(text.split('/')[0] ?? '')).toBe(true);
      expect(parseCidr(text)).toEqual(cidr);
      expect(contains(networkOf(cidr), cidr)).toBe(true);
    }),
  );
});
