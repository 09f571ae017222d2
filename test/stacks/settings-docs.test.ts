/** @module The pages on the platform: the table of settings is the schema's, and what they tell to run is understood. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { changed, changesOf } from '../../platform/cli/platform/changes';
import { settingsPage } from '../../scripts/settings';
import { ConfigError, readSettings } from '../../stacks/config/load';
import { LEAVES, SETTINGS } from '../../stacks/config/tree';

const FOLDER = resolve(__dirname, '../../docs/platform');
const PAGES = readdirSync(FOLDER).sort();

const textOf = (page: string) => readFileSync(join(FOLDER, page), 'utf8');

test('settings.md is as the schema has it: run npx tsx scripts/settings.ts', () => {
  expect(textOf('settings.md')).toBe(settingsPage());
});

test('each setting is there once, with what it is for', () => {
  const rows = textOf('settings.md')
    .split('\n')
    .flatMap((line) => /^\| `([^`]+)` \| .+ \| .* \| (.+) \|$/.exec(line)?.[1] ?? []);
  expect([...rows].sort()).toEqual(LEAVES.map(({ path }) => path).sort());
  expect(LEAVES.filter(({ description }) => !description.endsWith('.'))).toEqual([]);
  expect([...SETTINGS.children.values()].filter(({ description }) => description === '')).toEqual(
    [],
  );
});

test('every page is in the index', () => {
  expect(PAGES).toContain('install.md');
  const index = textOf('README.md');
  expect(PAGES.filter((page) => page !== 'README.md' && !index.includes(`(${page})`))).toEqual([]);
});

test.each(PAGES)('links of %s lead to files', (page) => {
  const links = [...textOf(page).matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, to]) => to ?? '');
  expect(links.filter((link) => !existsSync(join(FOLDER, link)))).toEqual([]);
});

describe('settings that pages set', () => {
  const given = PAGES.flatMap((page) => givenIn(page).map((one) => [page, one] as const));

  test('there are some, of both ways', () => {
    expect(given.length).toBeGreaterThan(15);
    expect(given.some(([, setting]) => setting.startsWith('hks:'))).toBe(true);
    expect(given.some(([, setting]) => !setting.startsWith('hks:'))).toBe(true);
  });

  test.each(given)('%s: %s', (_, setting) => {
    const settings = changed({}, changesOf({ config: [setting] }, '/'));
    expect(pathsOfFaults(settings)).toEqual([]);
  });

  test('one that does not exist would be found', () => {
    const settings = changed({}, changesOf({ config: ['registry.room=5Gi'] }, '/'));
    expect(pathsOfFaults(settings)).toEqual(['registry.room']);
  });
});

test('settings that pages name in their text exist', () => {
  const known = new Set([...LEAVES.map(({ path }) => path), ...SETTINGS.children.keys()]);
  const first = [...SETTINGS.children.keys()].join('|');
  const named = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(new RegExp(`\`((?:${first})(?:\\.[A-Za-z.]+)?)\``, 'g'))].map(
      ([, path]) => path ?? '',
    ),
  );
  expect(named.length).toBeGreaterThan(LEAVES.length);
  const outputs = ['registry.registriesYaml'];
  expect(named.filter((path) => !known.has(path) && !outputs.includes(path))).toEqual([]);
});

/** `path=value` of each command of a page's blocks; a secret, which is asked for, has a value made up. */
function givenIn(page: string): string[] {
  const blocks = [...textOf(page).matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(
    ([, code]) => code ?? '',
  );
  return blocks.flatMap((code) => [
    ...[
      ...code.matchAll(/pulumi config set --path (?:--secret )?('?)(hks:\S+?)\1(?: (\S+))?$/gm),
    ].map(([, , path, value = 'postgres://u:p@db/hks']) => `${path}=${value}`),
    ...[...code.matchAll(/--config (\S+=\S*)/g)].map(([, setting]) => setting ?? ''),
  ]);
}

/** Faults of the setting itself; one that needs another beside it is no fault of its own. */
function pathsOfFaults(settings: unknown): string[] {
  try {
    readSettings(settings);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults
      .filter(({ rule }) => !rule.startsWith('must come with'))
      .map(({ path }) => path.join('.'));
  }
}
