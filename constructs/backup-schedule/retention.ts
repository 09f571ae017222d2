/** @module Which snapshots stay, and the flags of `restic forget` that say so. */
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown } from '../check';
import { invalid } from '../invalid';

/** What is kept; a snapshot stays when any of the rules keeps it. Each rule counts whole snapshots only. */
export interface Retention {
  /** The newest snapshots, this many. @default - 7 when no rule is given, otherwise none */
  readonly keepLast?: number;
  /** The newest snapshot of each hour, for this many hours that have one. @default - none */
  readonly keepHourly?: number;
  /** The newest snapshot of each day, for this many days that have one. @default - none */
  readonly keepDaily?: number;
  /** The newest snapshot of each week, for this many weeks that have one. @default - none */
  readonly keepWeekly?: number;
  /** The newest snapshot of each month, for this many months that have one. @default - none */
  readonly keepMonthly?: number;
  /** The newest snapshot of each year, for this many years that have one. @default - none */
  readonly keepYearly?: number;
  /** All snapshots of this many days before the newest one. @default - none */
  readonly keepWithin?: number;
  /** Successful runs whose snapshots stay whatever the other rules say. @default 1 */
  readonly minSuccessful?: number;
}

/** Flags of `restic forget`. */
export type KeepFlags = readonly string[];

/** What is kept when nothing is said. */
export const DEFAULT_RETENTION: Retention = { keepLast: 7 };

const RULES = {
  keepHourly: '--keep-hourly',
  keepDaily: '--keep-daily',
  keepWeekly: '--keep-weekly',
  keepMonthly: '--keep-monthly',
  keepYearly: '--keep-yearly',
} as const;

/**
 * The flags. Only a run that succeeded leaves a snapshot that `forget` is asked about, so `--keep-last` is what
 * keeps the last `minSuccessful` of them.
 */
export function keepFlags(
  owner: IConstruct,
  prop: string,
  retention: Retention = DEFAULT_RETENTION,
): KeepFlags {
  if (typeof retention !== 'object' || retention === null || Array.isArray(retention)) {
    throw invalid(owner, {
      prop,
      rule: 'must be an object of keep rules',
      received: retention,
      fix: 'Write { keepDaily: 7, keepWeekly: 4 }',
    });
  }
  const counts = ['keepLast', ...Object.keys(RULES), 'keepWithin'] as const;
  checkKnown(owner, retention, [...counts, 'minSuccessful'], `${prop}.`);
  for (const rule of counts) {
    checkInteger(owner, `${prop}.${rule}`, retention[rule as keyof Retention], { max: 100_000 });
  }
  checkInteger(owner, `${prop}.minSuccessful`, retention.minSuccessful, { min: 1, max: 100_000 });
  if (!Object.values(retention).some((count) => count > 0)) {
    throw invalid(owner, {
      prop,
      rule: 'must keep something',
      received: retention,
      fix: 'Give at least one rule above 0, e.g. { keepDaily: 7 }',
    });
  }
  const last = Math.max(retention.keepLast ?? 0, retention.minSuccessful ?? 1);
  return [
    `--keep-last=${last}`,
    ...Object.entries(RULES).flatMap(([rule, flag]) => {
      const count = retention[rule as keyof typeof RULES] ?? 0;
      return count > 0 ? [`${flag}=${count}`] : [];
    }),
    ...(retention.keepWithin ? [`--keep-within=${retention.keepWithin}d`] : []),
  ];
}
