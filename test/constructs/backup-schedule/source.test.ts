/** @module Patterns of what is left out: none that leaves out everything, and none that restic reads otherwise. */
import { makeBackup, scriptOf } from './fixture';

const excluding = (...exclude: readonly string[]) =>
  makeBackup({ source: { pvcs: [{ claim: 'uploads', exclude }] } });
const of = `'source.pvcs[0].exclude[0]' of BackupSchedule 'shop/nightly'`;

test('patterns reach restic as they were written', () => {
  const script = scriptOf(
    excluding('*.tmp', '/cache', '[a-c]*', '\\[x', `it's $(HOME) $$`, '**/a'),
  );
  // Kubernetes makes one `$` of two.
  expect(script.replaceAll('$$', '$')).toContain(
    `'--exclude=/source/uploads/**/*.tmp' --exclude=/source/uploads/cache '--exclude=/source/uploads/**/[a-c]*' '--exclude=/source/uploads/**/\\[x' '--exclude=/source/uploads/**/it'\\''s $(HOME) $$' '--exclude=/source/uploads/**/**/a'`,
  );
  expect(script).toContain('$$(HOME) $$$$');
});

test.each(['', '/', '.', '*', '/**', '../other'])(
  'the pattern %j, which leaves out everything or leads out, is refused',
  (pattern) => {
    expect(() => excluding(pattern)).toThrow(
      `${of} must name something in the volume, or it would leave out everything, received '${pattern}'. Write one like '*.tmp' or '/cache'.`,
    );
  },
);

test('an exception is refused', () => {
  expect(() => excluding('!keep')).toThrow(
    `${of} must not begin with '!', received '!keep'. List what is backed up in 'paths'.`,
  );
});

test.each(['a[', 'a[b', 'a\\'])(
  'the pattern %j, which restic cannot read, is refused',
  (pattern) => {
    expect(() => excluding(pattern)).toThrow(
      `${of} must close each '[', and not end with a backslash, received '${pattern}'. Write '\\[' for the bracket itself.`,
    );
  },
);
