/** @module A backup of a claim on a claim, as the tests of its parts need it. */
import { App } from 'cdk8s';
import { BackupSchedule, type BackupScheduleProps } from '../../../constructs/backup-schedule';
import { Project } from '../../../constructs/project';
import { Schedule } from '../../../constructs/schedule';

export function makeProject(): Project {
  return new Project(new App(), 'shop', { tenant: 'acme' });
}

export function makeBackup(props: object = {}, shop = makeProject()): BackupSchedule {
  return new BackupSchedule(shop, 'nightly', {
    source: { pvcs: [{ claim: 'uploads' }] },
    schedule: Schedule.cron('0 5 * * *'),
    storage: { pvc: { claim: 'backups' } },
    ...props,
  } as BackupScheduleProps);
}

/** The script of restic's container. */
export function scriptOf(backup: BackupSchedule): string {
  return backup.pod.containers[0]?.command?.[2] ?? '';
}
