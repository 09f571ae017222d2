/** @module The window of a job that the platform tries again reaches to the end of its last retry. */
import { Duration } from 'cdk8s';
import { HksCronJob, type HksCronJobProps } from '../../../constructs/cron-job';
import { Schedule } from '../../../constructs/schedule';
import { makeBackup, makeProject } from './fixture';

function backupAt(expression: string, retries: HksCronJobProps['retries']) {
  const shop = makeProject();
  const cronJob = new HksCronJob(shop, 'import', {
    image: 'registry.example.com/shop/import:1',
    schedule: Schedule.cron('0 2 * * *'),
    timeout: Duration.minutes(30),
    retries,
  });
  return () => makeBackup({ cronJob, schedule: Schedule.cron(expression) }, shop);
}

test('a backup between two attempts of the platform is refused', () => {
  // 30 min, 1 s, 30 min, 2 s, 30 min: until 03:30:03.
  expect(backupAt('30 3 * * *', { by: 'platform', maxRetries: 2 })).toThrow(
    /^'schedule' of BackupSchedule 'shop\/nightly' must not start within the 1 hour 30 minutes that a run of 'import' may take with the retries of the platform: .*received '30 3 \* \* \*'\. Start it after the last retry, or shorten the 'timeout' of 'import'\.$/,
  );
});

test('a backup after the last of them is taken', () => {
  expect(backupAt('31 3 * * *', { by: 'platform', maxRetries: 2 })).not.toThrow();
});

test('retries of the Job share its timeout', () => {
  expect(backupAt('31 2 * * *', { by: 'job', limit: 6 })).not.toThrow();
  expect(backupAt('31 2 * * *', { by: 'platform', maxRetries: 0 })).not.toThrow();
});
