/** @module What the database is called, and where its pods find things. */
import { SYSTEM_NAMESPACE } from '../../constructs/system';

/** The name of its Service, StatefulSet, claim and policy. */
export const POSTGRES = 'postgres';
export const POSTGRES_LABELS = { app: POSTGRES } as const;
export const POSTGRES_PORT = 5432;
export const POSTGRES_HOST = `${POSTGRES}.${SYSTEM_NAMESPACE}.svc.cluster.local`;
/** The database, and the role that owns it and may do nothing beyond. */
export const DATABASE = 'hks';
/** The role that owns the server; it has no password and is reached from its own pod alone. */
export const SUPERUSER = 'postgres';

/** The Secret that tells how to connect, whoever the database is from. */
export const DATABASE_SECRET = 'hks-database';
/** Its key with the URL, user and password in it. */
export const URL_KEY = 'url';
/** Its key with the password alone, of a database that the platform installs. */
export const PASSWORD_KEY = 'password';

/** `postgres` of the official image. */
export const POSTGRES_USER_ID = 999;
/**
 * Where the volume is mounted. Not below /var/lib/postgresql: there the image declares volumes of its own, which a
 * runtime mounts over ours, and newer versions refuse a volume at the path of older ones.
 */
export const VOLUME_PATH = '/var/lib/hks-postgres';
/** A folder in it: the root of a volume can hold lost+found and belong to root. */
export const PGDATA = `${VOLUME_PATH}/data`;
export const SOCKET_PATH = '/var/run/postgresql';
export const PASSWORD_PATH = '/run/secrets/postgres';

/** The name of the backup's CronJob and claim, and of the CronJob whose Jobs restore. */
export const BACKUP = 'postgres-backup';
export const RESTORE = 'postgres-restore';
/** Pods that dump and restore. */
export const BACKUP_LABELS = { app: BACKUP } as const;
export const BACKUP_PATH = '/backups';
/** What a run of either may take. */
export const BACKUP_DEADLINE_SECONDS = 2 * 3600;
