/** @module `hks releases update`: pins newer releases, in a checkout. */
import { invalid } from '../../../constructs/invalid';
import { floating, floatingImages } from '../../../stacks/releases/check';
import {
  COMPONENTS,
  type ComponentName,
  type Pins,
  type ReleasePin,
} from '../../../stacks/releases/pins';
import { newestVersion, pinOf, type UpstreamOptions } from '../../../stacks/releases/upstream';
import { compared, newer } from '../../../stacks/releases/version';
import { counted } from '../counted';
import type { ExitCode, Terminal } from '../main';
import { NotUnderstood } from '../not-understood';
import { openPinFile } from './checkout';

export interface UpdateOptions {
  readonly component?: string;
  readonly to?: string;
  readonly kubernetes?: string;
  readonly file?: string;
  readonly upstream: string;
}

/** What is to be pinned of a component; nothing where all is pinned already. */
interface Update {
  readonly component: ComponentName;
  readonly pin?: ReleasePin;
  readonly line: string;
}

/** Writes nothing unless all of it came. */
export async function update(options: UpdateOptions, terminal: Terminal): Promise<ExitCode> {
  const faults = optionFaults(options);
  if (faults.length > 0) throw new NotUnderstood(faults.join('\n'));
  const file = openPinFile(options.file, terminal.cwd);
  const wanted = COMPONENTS.filter(
    (name) => options.component === undefined || options.component === name,
  );
  const results = await Promise.allSettled(
    wanted.map((component) => updateOf(component, file.pins, options, terminal)),
  );
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length > 0) throw new Error(failed.map(({ reason }) => reason.message).join('\n'));
  const updates = results.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const pins = updates.reduce(withUpdate, file.pins);
  if (pins !== file.pins) file.write(pins);
  for (const { component, pin, line } of updates) {
    terminal.stdout.write(`${component}: ${line}\n`);
    for (const image of pin ? floatingImages(pin, pins) : []) {
      terminal.stderr.write(
        `warning: ${floating({ component, version: pin?.version ?? '' }, image)}\n`,
      );
    }
  }
  if (pins !== file.pins) terminal.stdout.write(`${file.path}: written\n`);
  return 0;
}

async function updateOf(
  component: ComponentName,
  { components }: Pins,
  { to, kubernetes, upstream: base }: UpdateOptions,
  { stderr }: Terminal,
): Promise<Update> {
  const own = components[component];
  const upstream: UpstreamOptions = {
    upstream: base.replace(/\/+$/, ''),
    report: (line) => stderr.write(`${line}\n`),
  };
  const version = to ?? (await newestVersion(component, own.repository, upstream));
  const newest = own.releases[0]?.version ?? '0.0.0';
  if (own.releases.some((release) => release.version === version)) {
    return { component, line: `${version} is pinned already` };
  }
  if (to === undefined && newer(newest, version)) {
    return { component, line: `${newest} is newer than ${version}, upstream's latest` };
  }
  const settings = kubernetes === undefined ? upstream : { ...upstream, kubernetes };
  const pin = await pinOf(component, own, version, settings);
  const parts = `${counted(pin.assets.length, 'file')}, ${counted(pin.images.length, 'image')}`;
  const line = `${version} is pinned, beside ${newest}: ${parts}, Kubernetes ${pin.kubernetes.min} or newer`;
  return { component, pin, line };
}

function withUpdate(pins: Pins, { component, pin }: Update): Pins {
  if (pin === undefined) return pins;
  const own = pins.components[component];
  const releases = [pin, ...own.releases].sort((a, b) => compared(b.version, a.version));
  return { ...pins, components: { ...pins.components, [component]: { ...own, releases } } };
}

function optionFaults({ component, to, kubernetes, upstream }: UpdateOptions): string[] {
  const fault = (prop: string, rule: string, received: unknown, fix: string) =>
    invalid('hks releases update', { prop, rule, received, fix }).message;
  const known: readonly string[] = COMPONENTS;
  return [
    ...(component !== undefined && !known.includes(component)
      ? [fault('--component', `must be one of ${known.join(', ')}`, component, 'Write one of them')]
      : []),
    ...(to !== undefined && !/^\d+\.\d+\.\d+$/.test(to)
      ? [fault('--to', 'must be a version of three numbers', to, `Write it like '1.23.1'`)]
      : []),
    ...(to !== undefined && component === undefined
      ? [fault('--to', `must be used with '--component'`, to, 'Name the component')]
      : []),
    ...(kubernetes !== undefined && !/^\d+\.\d+$/.test(kubernetes)
      ? [fault('--kubernetes', 'must be a minor version', kubernetes, `Write it like '1.34'`)]
      : []),
    ...(!/^https?:\/\//.test(upstream) || !URL.canParse(upstream)
      ? [fault('--upstream', 'must be a URL of http or https', upstream, 'Leave it out for GitHub')]
      : []),
  ];
}
