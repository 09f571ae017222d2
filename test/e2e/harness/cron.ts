/** @module Running a CronJob now. */
import { kubectl } from './kubectl';
import { uniqueName } from './namespace';
import type { Job } from './objects';
import { untilJobEnds, type WaitOptions } from './wait';

/** Makes a Job from the CronJob's template, as `kubectl create job --from` does, and returns its name. */
export async function trigger(cronJob: string, namespace: string): Promise<string> {
  const name = uniqueName(cronJob.slice(0, 50));
  await kubectl(['create', 'job', name, '-n', namespace, `--from=cronjob/${cronJob}`]);
  return name;
}

/** Triggers the CronJob and waits for the end of the run, whichever it is. */
export async function runNow(
  cronJob: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<Job> {
  return untilJobEnds(await trigger(cronJob, namespace), namespace, options);
}
