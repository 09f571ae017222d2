/** @module Sources of variables that a cluster would refuse. */
import { App } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { TemplateApp } from '../../../constructs/template-app';

function source(given: object): TemplateApp {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  const envFrom = [{ secret: 'shop', ...given }];
  return new TemplateApp(project, 'api', { image: 'registry.example.com/api:1', envFrom } as never);
}

const PREFIX = `must be letters, digits, '_', '-' and '.', not beginning with a digit`;

test.each([
  [
    { prefix: 3 },
    `'envFrom[0].prefix'`,
    `${PREFIX}, received 3. Write a prefix like 'SHOP_', or leave it out.`,
  ],
  [
    { prefix: '1_' },
    `'envFrom[0].prefix'`,
    `${PREFIX}, received '1_'. Write a prefix like 'SHOP_', or leave it out.`,
  ],
  [
    { optional: 'false' },
    `'envFrom[0].optional'`,
    `must be true or false, received 'false'. Write false without quotes, or leave it out for the default.`,
  ],
])('%j is refused', (given, prop, rest) => {
  expect(() => source(given)).toThrow(`${prop} of TemplateApp 'shop/api' ${rest}`);
});

test('their twins are taken', () => {
  expect(source({ prefix: 'SHOP_', optional: true }).pod.containers[0]?.envFrom).toEqual([
    { prefix: 'SHOP_', secretRef: { name: 'shop', optional: true } },
  ]);
});
