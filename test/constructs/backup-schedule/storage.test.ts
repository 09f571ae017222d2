/** @module Storages that would fail only when a backup runs. */
import { makeBackup } from './fixture';

const encryption = { secret: 'backup-key', key: 'password' };
const access = { credentials: { secret: 'storage' }, egressCidrs: ['203.0.113.0/24'] };

test.each(['acme_backups', 'acme.backups', 'acme--backups', 'ab', null])(
  'the Azure container %j is refused',
  (container) => {
    const shown = container === null ? 'null' : `'${container}'`;
    expect(() => makeBackup({ encryption, storage: { azure: { container, ...access } } })).toThrow(
      `'storage.azure.container' of BackupSchedule 'shop/nightly' must be 3 to 63 lower-case letters and digits, with single '-' between them, received ${shown}. Write the bare name, like 'acme-backups'.`,
    );
  },
);

test('an Azure container with dashes is taken', () => {
  const backup = makeBackup({ encryption, storage: { azure: { container: 'acme-1', ...access } } });
  expect(backup.repository).toBe('azure:acme-1:/shop/nightly');
});

test('a certificate that is no reference is refused, and not passed over', () => {
  const storage = { s3: { bucket: 'acme', caCertificate: '', ...access } };
  expect(() => makeBackup({ encryption, storage })).toThrow(
    `'storage.s3.caCertificate' of BackupSchedule 'shop/nightly' must be a reference to an object of the project's namespace, never the value itself, received '***'. Put the value in the cluster and write { configMap: 'NAME', key: 'KEY' }.`,
  );
});

test('metadata that is no object is refused', () => {
  expect(() => makeBackup({ metadata: null })).toThrow(
    `'metadata' of BackupSchedule 'shop/nightly' must be an object, received null. Write { labels: { team: 'shop' } }.`,
  );
});

test('post hooks that are too long for an annotation are refused', () => {
  const postHooks = [{ name: 'tell', command: ['x'.repeat(200_000)] }];
  expect(() => makeBackup({ postHooks })).toThrow(
    `'postHooks' of BackupSchedule 'shop/nightly' must be at most 131072 bytes as JSON`,
  );
});
