/** @module Answers to the question before a change, and hints for what the engine says. */
import { PassThrough } from 'node:stream';
import { hintsFor } from '../../../../platform/cli/platform/hints';
import { asked } from '../../../../platform/cli/platform/question';
import { stateFolderOf } from '../../../../platform/cli/platform/state-folder';
import { testTerminal } from '../terminal';

test.each([
  ['yes\n', true],
  ['Y\n', true],
  [' yes \n', true],
  ['no\n', false],
  ['\n', false],
  ['yesterday\n', false],
  ['', 'interrupted'],
])('%j', async (typed, expected) => {
  const terminal = testTerminal('/');
  const input = new PassThrough();
  input.end(typed);
  expect(await asked('Do you? ', terminal, input)).toBe(expected);
  expect(terminal.out()).toBe(`Do you? ${expected === 'interrupted' ? '\n' : ''}`);
});

const state = stateFolderOf({ cwd: '/', env: { XDG_STATE_HOME: '/state' } });
const hints = (said: string) => hintsFor(said, { state, stack: 'host', plugin: '4.34.2' });

test.each([
  [
    'error: could not decrypt configuration value',
    /^The settings in \/state\/.*Pulumi\.host\.yaml/,
  ],
  ['error: [409] Conflict: Another update is currently in progress.', /^Another run holds/],
  [`could not load plugin for kubernetes provider 'urn:…'`, /pulumi plugin install resource kube/],
])('%s', (said, hint) => {
  expect(hints(said)).toEqual([expect.stringMatching(hint)]);
});

test('there is none for what the engine explains by itself', () => {
  expect(hints('error: Deployment was not rolled out')).toEqual([]);
});
