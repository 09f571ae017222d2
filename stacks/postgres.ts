/** @module The control plane's database: installed with its backup, yours by a URL, or off. */
import * as pulumi from '@pulumi/pulumi';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';
import { backupObjects } from './postgres/backup';
import { externalSecret, installedSecret, newPassword } from './postgres/secret';
import { serverGround, serverObjects } from './postgres/server';
import { DATABASE_SECRET } from './postgres/settings';
import { keptData } from './registry/volume';

export { DATABASE_SECRET, URL_KEY } from './postgres/settings';

export interface PostgresArgs {
  readonly platform: Platform;
}

/** What a pod needs to connect. */
export interface DatabaseReference {
  /** The Secret in `hks-system` whose key `url` is the connection URL. */
  readonly secretName: string;
  /** Another one whenever the Secret is another one, so that pods start again. */
  readonly version: pulumi.Input<string>;
}

/** The database in `hks-system`; nothing where it is off. Depends on the namespace. */
export class Postgres extends pulumi.ComponentResource {
  /** The Secret in `hks-system` whose key `url` is the connection URL; none where the database is off. */
  readonly secretName: string | undefined;
  /** The same for the control plane, with what its pods follow. */
  readonly database: DatabaseReference | undefined;
  /** What everything that connects depends on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, { platform }: PostgresArgs, options?: pulumi.ComponentResourceOptions) {
    super('hks:platform:Postgres', name, {}, options);
    const { postgres } = platform.choices;
    const before = dependenciesOf(options);
    if (postgres === 'installed') {
      const each = (object: KubeObject) => optionsOf(object, platform);
      const register = (objects: readonly KubeObject[], dependsOn: readonly pulumi.Resource[]) => [
        ...registerObjects(this, name, objects, { dependsOn, each }).values(),
      ];
      const password = platform.databasePassword ?? newPassword();
      const secret = register([installedSecret(password)], before);
      const ground = register(serverGround(platform), before);
      const server = register(serverObjects(platform), [...secret, ...ground]);
      register(backupObjects(platform), server);
      this.database = reference(secret);
      this.ready = [...secret, ...server];
    } else if (postgres === 'external' && platform.config.postgres.url !== undefined) {
      const objects = [externalSecret(platform.config.postgres.url)];
      // The provider of an installed one's, which may have been left behind under this name.
      const each = () => ({ provider: platform.retained });
      const made = registerObjects(this, name, objects, { dependsOn: before, each });
      this.ready = [...made.values()];
      this.database = reference(this.ready);
    } else {
      this.ready = [];
    }
    this.secretName = this.database?.secretName;
    this.registerOutputs({ kind: postgres, secretName: this.secretName });
  }
}

/** Everything of the installed database but its Secret, whose password is made by chance. */
export function postgresObjects(platform: Platform): KubeObject[] {
  return [...serverGround(platform), ...serverObjects(platform), ...backupObjects(platform)];
}

/** Each program run thinks of a password; the engine goes on with the one that it has. */
function optionsOf({ kind }: KubeObject, platform: Platform): pulumi.CustomResourceOptions {
  if (kind === 'Secret') return { ...keptData(platform), ignoreChanges: ['data'] };
  return kind === 'PersistentVolumeClaim' ? keptData(platform) : {};
}

function reference([secret]: readonly pulumi.Resource[]): DatabaseReference {
  const { metadata } = secret as unknown as {
    readonly metadata: pulumi.Output<{ readonly resourceVersion?: string }>;
  };
  return {
    secretName: DATABASE_SECRET,
    version: metadata.apply(({ resourceVersion = '' }) => resourceVersion),
  };
}
