/** @module Calls that would fail only when a backup runs. */
import { makeBackup } from './fixture';

const calling = (source: object) =>
  makeBackup({ source: { function: { name: 'export' }, ...source } });

test('a URL without its slashes is refused', () => {
  expect(() => calling({ function: { url: 'http:export' } })).toThrow(
    `'source.function.url' of BackupSchedule 'shop/nightly' must be a URL of http without user, in the cluster: the caller checks no certificates, received 'http:export'. Write 'http://export.shop.svc.cluster.local', or use a { command } with a client of its own.`,
  );
});

test('a password without a user is refused, and not shown', () => {
  expect(() => calling({ function: { url: 'http://:hunter2@export' } })).toThrow(
    `in the cluster: the caller checks no certificates, received '***'.`,
  );
});

test.each(['\ud800', 'a\0b'])(
  'the payload %j, which no variable can carry, is refused',
  (payload) => {
    expect(() => calling({ payload })).toThrow(
      /^'source\.payload' of BackupSchedule 'shop\/nightly' must be a string or JSON of at most 65536 bytes, in characters that UTF-8 can carry, without NUL, received '3 bytes'\. Send a reference and let the function fetch the rest\.$/,
    );
  },
);

test('a claim to restore is refused where none was backed up', () => {
  const restore = () => calling({}).restoreJob({ target: { claim: 'restored' }, claim: 'uploads' });
  expect(restore).toThrow(
    `'claim' of BackupSchedule 'shop/nightly' must only be given for a backup of claims, received 'uploads'. Leave it out.`,
  );
});
