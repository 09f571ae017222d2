/** @module A file is written when it differs, and from where it differs. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Draft } from '../../../../constructs/synth/plain/draft';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-draft-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Around the length of what is compared in one go, of one and of two bytes for a character. */
const PARTS = ['', 'a\n', 'b'.repeat(100_000), 'é'.repeat(90_000), 'c'.repeat(300_000), '😀'];

const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 8 });

test('holds the new text, or nothing when that is the old one', () => {
  let equal = 0;
  fc.assert(
    fc.property(
      texts,
      fc.option(fc.oneof(fc.constant('same' as const), texts), { freq: 4 }),
      fc.nat({ max: 8 }),
      (parts, other, shared) => {
        const [file, draft] = [join(folder, 'file'), join(folder, 'draft')];
        for (const path of [file, draft]) rmSync(path, { force: true });
        const text = parts.join('');
        const old = oldText(parts, other, shared);
        if (old !== undefined) writeFileSync(file, old);
        const isDifferent = new Draft(file, () => draft).write(parts);
        expect(isDifferent).toBe(text !== old);
        expect(existsSync(draft)).toBe(isDifferent);
        if (isDifferent) expect(readFileSync(draft, 'utf8') === text).toBe(true);
        else equal++;
        expect(existsSync(file) ? readFileSync(file, 'utf8') === old : old === undefined).toBe(
          true,
        );
      },
    ),
    { numRuns: 200 },
  );
  expect(equal).toBeGreaterThan(20);
});

/** None, the same, or one that begins as the new one does. */
function oldText(
  parts: readonly string[],
  other: readonly string[] | 'same' | null,
  shared: number,
): string | undefined {
  if (other === null) return undefined;
  return other === 'same' ? parts.join('') : [...parts.slice(0, shared), ...other].join('');
}

test('a text that fails while it is made leaves the old file', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'old');
  function* parts(): Generator<string> {
    yield 'c'.repeat(300_000);
    throw new Error('stop');
  }
  expect(() => new Draft(file, () => join(folder, 'draft')).write(parts())).toThrow('stop');
  expect(readFileSync(file, 'utf8')).toBe('old');
});
