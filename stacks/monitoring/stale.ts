/** @module From when on a backup is overdue, by its schedule. */
import { Schedule } from '../../constructs/schedule';
import { BACKUP_DEADLINE_SECONDS } from '../postgres/settings';

/** Any day does, as long as it is the same for every run of the program. */
const START = new Date('2024-01-01T00:00:00Z');
/** Enough for the longest pause of a schedule to be among them. */
const RUNS = 2000;

/** Two of the longest pauses between runs, and the time of a run: one run may be missed. */
export function staleSeconds(expression: string): number {
  const runs = Schedule.cron(expression, { timeZone: 'Etc/UTC' }).next(RUNS, START);
  const times = [START, ...runs].map((run) => run.getTime() / 1000);
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return 2 * Math.max(...pauses) + BACKUP_DEADLINE_SECONDS;
}
