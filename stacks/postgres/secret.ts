/** @module The Secret that tells how to connect to the database. */
import { randomBytes } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import {
  DATABASE,
  DATABASE_SECRET,
  PASSWORD_KEY,
  POSTGRES_HOST,
  POSTGRES_PORT,
  URL_KEY,
} from './settings';

/** A password of 256 bits that needs no escaping, neither in a URL nor in SQL. */
export function newPassword(): string {
  return randomBytes(32).toString('hex');
}

/** The Secret of the platform's own database. */
export function installedSecret(password: string): KubeObject {
  const url = `postgres://${DATABASE}:${password}@${POSTGRES_HOST}:${POSTGRES_PORT}/${DATABASE}`;
  return databaseSecret({ [URL_KEY]: url, [PASSWORD_KEY]: password });
}

/** The Secret of a database that is there already. */
export function externalSecret(url: string): KubeObject {
  return databaseSecret({ [URL_KEY]: url });
}

/** `data`, as the API server stores it: of `stringData` nothing would be left in a state that is read again. */
function databaseSecret(values: Readonly<Record<string, string>>): KubeObject {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: DATABASE_SECRET, namespace: SYSTEM_NAMESPACE },
    type: 'Opaque',
    data: pulumi.secret(data),
  };
}
