/** @module How maps, lists, scalars and documents are written: as cdk8s does, but for what YAML would misread. */
import { ApiObject, App, Testing, Yaml } from 'cdk8s';
import { HksCronJob } from '../../../constructs/cron-job';
import { Project } from '../../../constructs/project';
import { Schedule } from '../../../constructs/schedule';
import { toYaml, toYamlDocuments } from '../../../constructs/synth/yaml';

test('maps and lists in block style', () => {
  const value = {
    name: 'x',
    labels: { a: 'b', c: { d: 1 } },
    list: ['a', { b: 1, c: ['d'] }, [1, [2, { e: 3, f: 4 }]], {}, []],
    none: {},
    empty: [],
  };
  expect(toYaml(value)).toBe(`name: x
labels:
  a: b
  c:
    d: 1
list:
  - a
  - b: 1
    c:
      - d
  - - 1
    - - 2
      - e: 3
        f: 4
  - {}
  - []
none: {}
empty: []
`);
});

test.each<readonly [unknown, string]>([
  [0, '0'],
  [-0, '0'],
  [-42, '-42'],
  [0.1, '0.1'],
  [2 ** 53 + 2, '9007199254740994'],
  [2 ** 64, '18446744073709552000'],
  [1e21, '1.0e+21'],
  [1.5e300, '1.5e+300'],
  [-1e-7, '-1.0e-7'],
  [true, 'true'],
  [false, 'false'],
  [null, 'null'],
  ['text', 'text'],
  ['', '""'],
  [{}, '{}'],
  [[], '[]'],
])('the scalar %p', (value, text) => {
  expect(toYaml(value)).toBe(`${text}\n`);
  expect(toYaml({ a: value })).toBe(`a: ${text}\n`);
  expect(toYaml([value])).toBe(`- ${text}\n`);
});

test('undefined is null, as cdk8s has it', () => {
  const value = { a: undefined, b: [undefined, null] };
  expect(toYaml(value)).toBe('a: null\nb:\n  - null\n  - null\n');
  expect(toYaml(value)).toBe(Yaml.stringify(value));
});

test('keys keep their order; those of any name are keys', () => {
  const bare = Object.assign(Object.create(null), { z: 1, a: 2 });
  expect(toYaml(bare)).toBe('z: 1\na: 2\n');
  expect(toYaml(JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3}'))).toBe(
    '__proto__:\n  a: 1\nconstructor: 2\n"": 3\n',
  );
});

test('a key of more than 1,024 characters stands after a question mark', () => {
  const [short, long] = ['k'.repeat(1024), 'k'.repeat(1025)];
  expect(toYaml({ [short]: 1 })).toBe(`${short}: 1\n`);
  expect(toYaml([{ [long]: 'x', b: 1 }])).toBe(`- ? ${long}\n  : x\n  b: 1\n`);
  expect(toYaml({ [long]: { a: 1, b: [1, 2] } })).toBe(
    `? ${long}\n: a: 1\n  b:\n    - 1\n    - 2\n`,
  );
  expect(toYaml({ [long]: ['a\nb\n', {}] })).toBe(`? ${long}\n: - |\n    a\n    b\n  - {}\n`);
});

test('a key is written the same however many came between', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `key-${i}: x`);
  const value = Object.fromEntries(keys.map((key) => [key, 1]));
  const text = keys.map((key) => `"${key}": 1\n`).join('');
  expect(toYaml(value)).toBe(text);
  expect(toYaml(value)).toBe(text);
});

test.each<readonly [readonly unknown[]]>([
  [[]],
  [[undefined]],
  [[null]],
  [[{ a: 1 }]],
  [[{ a: 1 }, { b: 'x\ny\n' }]],
  [[{ a: 1 }, undefined, [1], null]],
  [[{ a: 'x\n\n' }, { b: 1 }]],
])('the documents %j are joined as cdk8s joins them', (values) => {
  expect(toYamlDocuments(values)).toBe(Yaml.stringify(...values));
});

test('a document is the text of its own', () => {
  expect(toYaml(undefined)).toBe('\n');
  expect(toYaml({ a: 1 })).toBe('a: 1\n');
});

test('objects of Kubernetes have the bytes that cdk8s gives them', () => {
  const app = new App({ outdir: Testing.app().outdir });
  const project = new Project(app, 'shop', { tenant: 'acme' });
  const schedule = Schedule.daily();
  new HksCronJob(project, 'nightly', { schedule, image: 'python:3.11-slim', command: ['run'] });
  const objects = project.node.findAll().filter((found) => ApiObject.isApiObject(found));
  const values = objects.map((object): unknown => object.toJson());
  expect(values.length).toBeGreaterThan(5);
  expect(toYamlDocuments(values)).toBe(Yaml.stringify(...values));
});
