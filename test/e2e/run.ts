/** @module `npm run e2e [-- what jest takes]`: all end-to-end tests, one after the other, on one cluster. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'hks-e2e-'));
const report = process.env.HKS_E2E_REPORT ?? join(folder, 'report.json');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const args = [jest, '-c', 'jest.e2e.config.js', '--verbose', '--json', `--outputFile=${report}`];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log(counts(report));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

/** `N passed, N failed`; a suite that did not start counts as one failure. */
function counts(file: string): string {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Record<string, number>;
    return `${numPassedTests ?? 0} passed, ${(numFailedTests ?? 0) + (numRuntimeErrorTestSuites ?? 0)} failed`;
  } catch {
    return '0 passed, 1 failed';
  }
}
