/** @module Colours and times: for eyes at a terminal only, and as the environment says. */
import { Writable } from 'node:stream';
import { isTerminal, paintFor } from '../../../platform/cli/colour';
import { AppFolder } from './app-folder';

function stream(isTTY?: boolean): Writable {
  const writable = new Writable({ write: (_chunk, _encoding, done) => done() });
  return isTTY === undefined ? writable : Object.assign(writable, { isTTY });
}

test.each([
  [true, {}, true],
  [false, {}, false],
  [undefined, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: 'false' }, false],
])('a terminal %s with %j: coloured %s', (isTTY, env, coloured) => {
  const paint = paintFor({ stdout: stream(isTTY), env });
  expect(paint('red', 'x')).toBe(coloured ? '\u001b[31mx\u001b[39m' : 'x');
});

test('what is no terminal', () => {
  expect(isTerminal(stream())).toBe(false);
  expect(isTerminal(stream(true))).toBe(true);
});

test('the time that a run took is told at a terminal', async () => {
  const app = new AppFolder();
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`);
  expect((await app.hks('synth')).err).toBe('');
  const running = app.startAt({ isTTY: true }, 'synth');
  expect(await running.code).toBe(0);
  expect(running.err()).toMatch(/^done in \d+\.\d\d s\n$/);
  app.remove();
});
