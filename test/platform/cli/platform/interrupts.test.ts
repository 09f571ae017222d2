/** @module Interrupts while the engine runs: who passes them on. */
import { Writable } from 'node:stream';
import { followInterrupts } from '../../../../platform/cli/platform/interrupts';
import { testTerminal } from '../terminal';

function following(isTTY: boolean) {
  const terminal = testTerminal('/');
  const stdout = Object.assign(new Writable(), { isTTY });
  const interrupts = followInterrupts({ ...terminal, stdout });
  let passed = 0;
  interrupts.signal.addEventListener('abort', () => {
    passed += 1;
  });
  return { interrupts, passed: () => passed, err: terminal.err };
}

const before = { stdin: process.stdin.isTTY };
beforeEach(() => Object.assign(process.stdin, { isTTY: false }));
afterEach(() => Object.assign(process.stdin, { isTTY: before.stdin }));

test.each(['SIGINT', 'SIGTERM'] as const)('%s is passed on, the second too', (signal) => {
  const { interrupts, passed, err } = following(false);
  process.emit(signal, signal);
  expect([interrupts.count(), passed()]).toEqual([1, 1]);
  process.emit(signal, signal);
  expect([interrupts.count(), passed()]).toEqual([2, 2]);
  expect(err()).toBe(
    'interrupted: the engine ends what it has begun, and begins nothing else. A second interrupt ends it at once.\ninterrupted again: the engine is ended; what it was doing may be half done.\n',
  );
  interrupts.release();
});

test('Ctrl-C of a terminal reaches the engine by itself; SIGTERM does not', () => {
  const { interrupts, passed } = following(true);
  process.emit('SIGINT', 'SIGINT');
  expect([interrupts.count(), passed()]).toEqual([1, 0]);
  process.emit('SIGTERM', 'SIGTERM');
  expect([interrupts.count(), passed()]).toEqual([2, 1]);
  interrupts.release();
});

test('the third ends the process, as without us', () => {
  const { interrupts } = following(false);
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  for (let count = 0; count < 3; count++) process.emit('SIGINT', 'SIGINT');
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGINT']]);
  expect(process.listeners('SIGINT')).not.toContainEqual(expect.any(Function));
  kill.mockRestore();
  interrupts.release();
});

test('nobody listens after the release', () => {
  const count = process.listenerCount('SIGINT');
  const { interrupts } = following(false);
  expect(process.listenerCount('SIGINT')).toBe(count + 1);
  interrupts.release();
  expect(process.listenerCount('SIGINT')).toBe(count);
});
