import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCdk8sYaml } from '../../../platform/cli/config';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-config-'));
  mkdirSync(join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const entries = () => {
  const cache = join(folder, 'node_modules/.cache/hks');
  return readdirSync(cache).map((name) => join(cache, name));
};
const write = (text: string) => writeFileSync(join(folder, 'cdk8s.yaml'), text);

test('a folder without the file has no configuration', () => {
  expect(readCdk8sYaml(folder)).toBeUndefined();
});

test('a text that was read is known the next time, in every key', () => {
  write('language: typescript\napp: npx tsx main.ts\nimports: [k8s]\n');
  const first = readCdk8sYaml(folder);
  expect(first).toEqual({ language: 'typescript', app: 'npx tsx main.ts', imports: ['k8s'] });
  expect(entries()).toHaveLength(1);
  const [entry = ''] = entries();
  expect(readFileSync(entry, 'utf8')).toContain('npx tsx main.ts');
  expect(readCdk8sYaml(folder)).toEqual(first);
  expect(entries()).toEqual([entry]);
});

test('another text is another configuration', () => {
  write('app: npx tsx main.ts\n');
  readCdk8sYaml(folder);
  write('app: node main.js\n');
  expect(readCdk8sYaml(folder)).toEqual({ app: 'node main.js' });
  expect(entries()).toHaveLength(2);
});

test('an entry that somebody has changed is read anew', () => {
  write('app: npx tsx main.ts\n');
  readCdk8sYaml(folder);
  const [entry = ''] = entries();
  writeFileSync(entry, readFileSync(entry, 'utf8').replace('main.ts', 'evil.ts'));
  expect(readCdk8sYaml(folder)).toEqual({ app: 'npx tsx main.ts' });
});

test('a text with faults is refused each time', () => {
  write('app: []\n');
  for (const _ of [1, 2]) {
    expect(() => readCdk8sYaml(folder)).toThrow(
      `'app' of cdk8s.yaml must be a text that is not empty, received []. Write app: npx tsx main.ts.`,
    );
  }
});
