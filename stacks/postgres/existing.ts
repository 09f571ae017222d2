/** @module The password of a database that is there already: its volume was made with it. */
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import { ApiError, type Cluster } from '../cluster/client';
import { DATABASE_SECRET, PASSWORD_KEY } from './settings';

/** The password of the Secret that the platform's database has, also after a removal; undefined where there is none. */
export async function existingPassword(cluster: Cluster): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/secrets/${DATABASE_SECRET}`;
  try {
    const { data } = await cluster.ask<{ readonly data?: Readonly<Record<string, string>> }>(path);
    const password = data?.[PASSWORD_KEY];
    return password === undefined ? undefined : Buffer.from(password, 'base64').toString();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
