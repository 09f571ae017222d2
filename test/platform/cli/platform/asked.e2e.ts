/** @module hks platform where it can ask: the preview, the question, and what an answer does. */
import { ClusterHost } from './host';

jest.setTimeout(60_000);

let host: ClusterHost;
beforeEach(async () => {
  host = (await ClusterHost.start()).withStack();
});
afterEach(() => host.remove());

const runs = () =>
  host
    .calls()
    .map(({ args }) => args.slice(0, 2).join(' '))
    .filter((call) => /^(up|preview|destroy) /.test(call));

test('yes: the preview, then the update; what was given is stored', async () => {
  const { code, out, err } = await host.hksTyping('yes\n', 'up', '-c', 'registry.size=5Gi');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(
    /Previewing preview \(host\):[\s\S]*Do you want to perform this update\? \(yes\/no\) [\s\S]*Doing up \(host\):/,
  );
  expect(host.settings()).toEqual({ 'hks:registry': { size: '5Gi' } });
});

test.each([
  ['no\n', 1],
  ['\n', 1],
  ['', 130],
])('%j: nothing is changed, and nothing stored', async (typed, expected) => {
  const { code, err } = await host.hksTyping(typed, 'up', '-c', 'registry.size=5Gi');
  expect({ code, err }).toEqual({ code: expected, err: 'not confirmed; nothing was changed.\n' });
  expect(host.settings()).toEqual({});
  expect(runs()).toEqual([expect.stringMatching(/^preview /)]);
});

test('a removal is asked for in its own words', async () => {
  const { code, out } = await host.hksTyping('y\n', 'destroy');
  expect(code).toBe(0);
  expect(out).toMatch(/Previewing destroy[\s\S]*Do you want to perform this destroy\?/);
  expect(runs()).toEqual(['destroy --preview-only', 'destroy --yes']);
});

test('a removal that is not wanted is none', async () => {
  expect(await host.hksTyping('no\n', 'destroy')).toMatchObject({ code: 1 });
  expect(runs()).toEqual(['destroy --preview-only']);
});

test.each([
  ['up', 'preview'],
  ['destroy', 'destroy'],
])('%s whose preview fails is not asked about', async (verb, command) => {
  host.env = { FAKE_FAILURES: JSON.stringify({ [command]: 'it cannot be' }) };
  const { code, out, err } = await host.hksTyping('yes\n', verb);
  expect({ code, err }).toEqual({ code: 1, err: 'error: it cannot be\n' });
  expect(out).not.toContain('Do you want');
});

test('--yes asks nothing on a terminal either', async () => {
  const { code, out } = await host.hksTyping('', 'up', '--yes');
  expect(code).toBe(0);
  expect(out).not.toMatch(/Preview|Do you want/);
});
