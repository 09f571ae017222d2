/** @module The measured process: plants a tree, synthesizes it, and writes what that took as JSON. */
import { readFileSync, rmSync } from 'node:fs';
import type { App, AppProps } from 'cdk8s';
import { planter, type Tree } from './trees';

/** Who synthesizes. */
export type Synthesizer = 'hks' | 'cdk8s';

export interface Task {
  readonly tree: Tree;
  readonly outdirs: Readonly<Record<Synthesizer, string>>;
  /** One synthesizer for each sample, all in this process. */
  readonly order: readonly Synthesizer[];
}

/** What one `app.synth()` took. */
export interface Sample {
  /** Seconds of CPU of all threads of the process. */
  readonly cpu: number;
  /** Seconds. */
  readonly wall: number;
  /** Largest resident memory of the process so far, in MiB. */
  readonly memory: number;
}

async function main(task: Task): Promise<readonly Sample[]> {
  const plant = await planter(task.tree);
  const makers = new Map<Synthesizer, (props: AppProps) => App>();
  for (const name of new Set(task.order)) makers.set(name, await maker(name));
  return task.order.map((name) => {
    const outdir = task.outdirs[name];
    rmSync(outdir, { recursive: true, force: true });
    const app = makers.get(name)?.({ outdir });
    if (!app) throw new Error(`nobody is called ${name}`);
    plant(app);
    // What was planted before is not swept up at this sample's cost; without --expose-gc there is no `gc`.
    globalThis.gc?.();
    const start = process.hrtime.bigint();
    const before = process.cpuUsage();
    app.synth();
    const { user, system } = process.cpuUsage(before);
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    return { cpu: (user + system) / 1e6, wall, memory: peakMemory() };
  });
}

async function maker(name: Synthesizer): Promise<(props: AppProps) => App> {
  if (name === 'cdk8s') {
    const { App } = await import('cdk8s');
    return (props) => new App(props);
  }
  const { HksApp } = await import('../constructs/synth/app.js');
  return (props) => new HksApp({ ...props, name: 'bench' });
}

/** Of this program alone: `maxRSS` begins with what the parent held when it started this process. */
function peakMemory(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kib !== undefined) return Number(kib) / 1024;
  } catch {
    // Not on Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}

main(JSON.parse(process.argv[2] ?? '{}')).then((samples) => {
  process.stdout.write(JSON.stringify(samples));
});
