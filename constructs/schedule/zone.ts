/** @module Time zones: which names Kubernetes takes, their offsets, and where these change. */
import { IANAZone } from 'luxon';
import { nearest } from '../check';
import { invalid } from '../invalid';
import { ZONE_NAMES } from './zone-names';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A change of a zone's offset: from this instant on, local time is UTC plus `offset`. */
interface OffsetChange {
  readonly at: number;
  readonly offset: number;
}

/** Since 1970 no zone has changed its offset twice within six days (Brazil did within a week, in 2000). */
const STEP = 6 * DAY;
/** Blocks in which offset changes are looked for, and kept once found. */
const BLOCK = 61 * STEP;

/** A time zone; instants, wall-clock times and offsets are milliseconds, a wall-clock time as if it were UTC. */
export class Zone {
  /** The zone of that name. @throws where Kubernetes would refuse the name */
  static of(owner: string, name: unknown): Zone {
    return Zone.known.get(checkZone(owner, name)) ?? new Zone(name as string);
  }

  private static readonly known = new Map<string, Zone>();

  private readonly zone: IANAZone;
  private readonly blocks = new Map<number, readonly OffsetChange[]>();

  private constructor(readonly name: string) {
    // ICU leaves the placeholder zone out, whose clock is UTC's.
    this.zone = IANAZone.create(name === 'Factory' ? 'Etc/UTC' : name);
    Zone.known.set(name, this);
  }

  offsetAt(instant: number): number {
    const changes = this.block(Math.floor(instant / BLOCK));
    let index = changes.length - 1;
    while (index > 0 && (changes[index]?.at ?? 0) > instant) index--;
    return changes[index]?.offset ?? 0;
  }

  wallAt(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /**
   * The instant of a wall-clock time, as Go's `time.Date` chooses it: in a gap and in a fold it takes the offset that
   * holds at the instant found with a first guess at the offset.
   */
  instantOf(wall: number): number {
    return wall - this.offsetAt(wall - this.offsetAt(wall));
  }

  /** The changes of offset in `[from, to)`, looked for as far as they are asked for. */
  *changes(from: number, to: number): Generator<number, void> {
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      for (const { at } of this.block(block).slice(1)) if (at >= from && at < to) yield at;
    }
  }

  /** The first change of offset in `[from, to)`. */
  firstChange(from: number, to: number): number | undefined {
    return this.changes(from, to).next().value ?? undefined;
  }

  /** `2026-03-29 03:00 Europe/Berlin (UTC+02:00)` */
  format(instant: number): string {
    const offset = this.offsetAt(instant);
    const text = new Date(instant + offset).toISOString().slice(0, 16).replace('T', ' ');
    const distance = new Date(Math.abs(offset)).toISOString().slice(11, 16);
    return `${text} ${this.name} (UTC${offset < 0 ? '-' : '+'}${distance})`;
  }

  /** The offset at the block's beginning, and the changes inside it. */
  private block(index: number): readonly OffsetChange[] {
    const known = this.blocks.get(index);
    if (known) return known;
    const start = index * BLOCK;
    const changes: OffsetChange[] = [{ at: start, offset: this.lookUp(start) }];
    let offset = this.lookUp(start);
    for (let before = start; before < start + BLOCK; before += STEP) {
      let [low, high] = [before, before + STEP];
      const after = this.lookUp(high);
      if (after === offset) continue;
      offset = after;
      while (high - low > 1000) {
        const middle = low + Math.floor((high - low) / 2000) * 1000;
        if (this.lookUp(middle) === after) high = middle;
        else low = middle;
      }
      changes.push({ at: high, offset });
    }
    this.blocks.set(index, changes);
    return changes;
  }

  private lookUp(instant: number): number {
    return Math.round(this.zone.offset(instant) * MINUTE);
  }
}

/** Refuses a name that is not in the time zone database, in the very letters that Kubernetes looks up. */
function checkZone(owner: string, name: unknown): string {
  if (typeof name === 'string' && ZONE_NAMES.has(name)) return name;
  const text = typeof name === 'string' ? name : '';
  const sameLetters = [...ZONE_NAMES].find((zone) => zone.toLowerCase() === text.toLowerCase());
  // Below four letters everything is two edits away from something.
  const hint = sameLetters ?? (text.length > 3 ? nearest(text, [...ZONE_NAMES]) : undefined);
  throw invalid(owner, {
    prop: 'timeZone',
    rule: 'must be the name of a time zone of the IANA database, in its own upper and lower case',
    received: name,
    fix: hint ? `Did you mean '${hint}'` : `Write one like 'Etc/UTC' or 'Europe/Berlin'`,
  });
}

/** What is known of zones, and what an ISO date can say. */
const [FIRST, LAST] = [0, Date.UTC(10_000, 0)];

/** The milliseconds of a Date; refuses anything else. */
export function checkDate(owner: string, prop: string, date: unknown): number {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  if (time >= FIRST && time < LAST) return time;
  const isInvalid = date instanceof Date && Number.isNaN(time);
  throw invalid(owner, {
    prop,
    rule: 'must be a Date from 1970 to 9999',
    received: isInvalid ? 'Invalid Date' : date,
    fix: `Write new Date('2026-01-01T00:00:00Z')`,
  });
}
