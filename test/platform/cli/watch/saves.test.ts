/** @module Which files have been saved: those whose content is another one, and not what this process writes to. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Saves } from '../../../../platform/cli/watch/saves';

const LONG_AGO = { begin: 0, end: 1 };
const ALWAYS = { begin: 0, end: Number.MAX_SAFE_INTEGER };

let folder: string;
let saves: Saves;
let stop: AbortController;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-saves-')));
  saves = new Saves();
  stop = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  saves.add(path);
  return path;
}

/** What comes of the next wait; nothing when it goes on until it is stopped. */
async function next(run = LONG_AGO): Promise<readonly string[]> {
  return saves.next(run, stop.signal);
}

test('files that were saved together come together, in order, once', async () => {
  const wait = next();
  const b = save('b', 'b');
  const a = save('a', 'a');
  save('a', 'a again');
  expect(await wait).toEqual([a, b]);

  const more = next();
  const c = save('c', 'c');
  expect(await more).toEqual([c]);
});

test('what was saved before it was asked for is not lost', async () => {
  const a = save('a', 'a');
  expect(await next()).toEqual([a]);
});

test('the same content is no save, another one is, and so is none at all', async () => {
  const a = save('a', 'a');
  await next();
  save('a', 'a');
  const b = save('b', 'b');
  expect(await next()).toEqual([b]);
  save('a', 'other');
  expect(await next()).toEqual([a]);
  rmSync(a);
  saves.add(a);
  expect(await next()).toEqual([a]);
});

test('a file that came and went meanwhile is no save', async () => {
  const a = save('a', 'a');
  rmSync(a);
  const b = save('b', 'b');
  expect(await next()).toEqual([b]);
});

test('a file that is emptied first is waited for', async () => {
  const a = save('a', 'a');
  await next();
  const wait = next();
  save('a', '');
  await new Promise((done) => setTimeout(done, 30));
  save('a', 'a, and more');
  expect(await wait).toEqual([a]);
  save('a', '');
  expect(await next()).toEqual([a]);
});

test('stopped, it waits for nothing', async () => {
  const wait = next();
  stop.abort();
  expect(await wait).toEqual([]);
  save('a', 'a');
  expect(await next()).toEqual([]);
});

test('an app that writes another text each time is not run without pause; a stop ends the pause too', async () => {
  for (const text of ['1', '2']) {
    save('a', text);
    expect(await next(ALWAYS)).toHaveLength(1);
  }
  save('a', '3');
  const wait = next(ALWAYS);
  const first = await Promise.race([wait, new Promise((done) => setTimeout(done, 300, 'pause'))]);
  expect(first).toBe('pause');
  stop.abort();
  expect(await wait).toEqual([]);
});

test('what stdout leads to is no save', async () => {
  saves.add('/proc/self/fd/1');
  const a = save('a', 'a');
  expect(await next()).toEqual([a]);
});
