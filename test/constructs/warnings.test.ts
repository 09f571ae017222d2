/** @module Warnings: kept where they were given, once, in tree order. */
import { App, Chart } from 'cdk8s';
import { warn, warningsOf } from '../../constructs/warnings';

test('warnings are told once, in tree order, with the path of their construct', () => {
  const app = new App();
  const shop = new Chart(app, 'shop');
  const inner = new Chart(shop, 'inner');
  inner.node.addMetadata('other', 'no warning');
  warn(inner, 'b');
  warn(shop, 'a');
  warn(inner, 'b');
  warn(inner, 'c');
  expect(warningsOf(app)).toEqual([
    { path: 'shop', message: 'a' },
    { path: 'shop/inner', message: 'b' },
    { path: 'shop/inner', message: 'c' },
  ]);
  expect(warningsOf(inner)).toHaveLength(2);
});
