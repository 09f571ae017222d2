/** @module The cache on disk: where it is, that it gives back what was stored or nothing, and that it does not grow for ever. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  cacheFolder,
  keyOf,
  pruneEntries,
  readEntry,
  writeEntry,
} from '../../../../platform/cli/app/cache';
import { packName, readPack, writePack } from '../../../../platform/cli/app/pack';

const DAY_MS = 24 * 60 * 60 * 1000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('where it is', () => {
  test('with the packages of the project, from any folder in it; made when something is written', () => {
    mkdirSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    const cache = join(folder, 'node_modules/.cache/hks');
    expect(cacheFolder(join(folder, 'src/deep'), '/nowhere')).toBe(cache);
    expect(existsSync(cache)).toBe(false);
    writeEntry(cache, 'a', 'text');
    expect(readEntry(cache, 'a')).toBe('text');
  });

  test('else in a folder of the user alone, and nowhere when others could write to that', () => {
    const own = join(folder, `hks-${userInfo().username}`);
    expect(cacheFolder('/', folder)).toBe(own);
    expect(statSync(own).mode & 0o777).toBe(0o700);
    chmodSync(own, 0o770);
    expect(cacheFolder('/', folder)).toBeUndefined();
    rmSync(own, { recursive: true });
    symlinkSync(folder, own);
    expect(cacheFolder('/', folder)).toBeUndefined();
    rmSync(own);
    writeFileSync(own, '');
    expect(cacheFolder('/', folder)).toBeUndefined();
  });
});

describe('an entry', () => {
  test('is what was stored, read by its owner alone', () => {
    writeEntry(folder, 'a.js', 'let a = "ä\u2028";');
    expect(readEntry(folder, 'a.js')).toBe('let a = "ä\u2028";');
    expect(statSync(join(folder, 'a.js')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.js']);
  });

  test.each<[string, (path: string) => void]>([
    ['shortened', (path) => truncateSync(path, 5)],
    ['emptied', (path) => truncateSync(path, 0)],
    ['altered', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('text', 'tent'))],
    ['without a seal', (path) => writeFileSync(path, 'text')],
    ['removed', (path) => rmSync(path)],
  ])('%s is none', (_, damage) => {
    writeEntry(folder, 'a', 'text');
    damage(join(folder, 'a'));
    expect(readEntry(folder, 'a')).toBeUndefined();
    writeEntry(folder, 'a', 'text');
    expect(readEntry(folder, 'a')).toBe('text');
  });

  test('that cannot be stored is no fault', () => {
    writeFileSync(join(folder, 'file'), '');
    writeEntry(join(folder, 'file'), 'a', 'text');
    expect(readEntry(join(folder, 'file'), 'a')).toBeUndefined();
    mkdirSync(join(folder, 'taken'));
    writeEntry(folder, 'taken', 'text');
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken']);
  });

  test('has a key of all its parts, and of where each begins', () => {
    const keys = [['ab', 'c'], ['a', 'bc'], ['abc'], ['ab', 'd'], ['c', 'ab']].map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(['ab', 'c'])).toBe(keys[0]);
  });
});

describe('what is not used goes', () => {
  const age = (name: string, days: number) => {
    const seconds = Date.now() / 1000 - days * (DAY_MS / 1000);
    utimesSync(join(folder, name), seconds, seconds);
  };

  test('after 30 days, looked for once a day; reading counts as use', () => {
    for (const name of ['new', 'used', 'old']) writeEntry(folder, name, name);
    age('old', 31);
    age('used', 31);
    expect(readEntry(folder, 'used')).toBe('used');
    pruneEntries(folder);
    expect(readdirSync(folder).sort()).toEqual(['new', 'pruned', 'used']);

    age('new', 31);
    pruneEntries(folder);
    expect(readdirSync(folder)).toContain('new');
    pruneEntries(folder, Date.now() + 2 * DAY_MS);
    expect(readdirSync(folder)).not.toContain('new');
  });

  test('in a folder that is not there, nothing happens', () => {
    pruneEntries(join(folder, 'nowhere'));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a pack', () => {
  const compiled = new Map([
    ['/a.js', { key: 'ka', data: Buffer.from('first') }],
    ['/b.js', { key: 'kb', data: Buffer.from('the second') }],
  ]);

  test('holds what was compiled of each file, aligned as V8 reads it', () => {
    writePack(folder, 'x', compiled);
    const read = readPack(folder, 'x');
    expect([...read.keys()]).toEqual(['/a.js', '/b.js']);
    for (const [file, { key, data }] of compiled) {
      expect(read.get(file)?.key).toBe(key);
      expect(read.get(file)?.data.equals(data)).toBe(true);
      expect((read.get(file)?.data.byteOffset ?? 0) % 8).toBe(
        (read.get('/a.js')?.data.byteOffset ?? 0) % 8,
      );
    }
  });

  test.each<[string, (path: string) => void]>([
    ['shortened', (path) => truncateSync(path, 70)],
    ['emptied', (path) => truncateSync(path, 0)],
    [
      'altered',
      (path) => writeFileSync(path, readFileSync(path, 'latin1').replace('second', 'secund')),
    ],
    ['removed', (path) => rmSync(path)],
  ])('%s is none', (_, damage) => {
    writePack(folder, 'x', compiled);
    damage(join(folder, 'x'));
    expect(readPack(folder, 'x').size).toBe(0);
  });

  test('has a name of its own for each version of Node', () => {
    expect(packName()).toMatch(/^[0-9a-f]{64}\.pack$/);
  });
});
