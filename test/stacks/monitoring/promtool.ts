/** @module Prometheus's promtool, which checks rules and runs their tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AlertGroup } from '../../../stacks/monitoring/alerts';

const found = spawnSync('promtool', ['--version']).status === 0;
/** `describe` for what needs promtool: skipped, and said so, where there is none. */
export const describeWithPromtool = found ? describe : describe.skip;
if (!found) {
  console.warn('promtool is not on this machine: tests of alerts are SKIPPED. Install prometheus.');
}

export interface AlertTest {
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>;
      readonly exp_annotations?: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** What promtool says, and whether it is content. */
export function promtool(groups: readonly AlertGroup[], tests?: readonly AlertTest[]) {
  const folder = mkdtempSync(join(tmpdir(), 'hks-rules-'));
  try {
    writeFileSync(
      join(folder, 'rules.yml'),
      stringify({ groups }, { aliasDuplicateObjects: false }),
    );
    writeFileSync(join(folder, 'tests.yml'), stringify({ rule_files: ['rules.yml'], tests }));
    const args =
      tests === undefined ? ['check', 'rules', 'rules.yml'] : ['test', 'rules', 'tests.yml'];
    const { status, stdout, stderr } = spawnSync('promtool', args, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { ok: status === 0, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
