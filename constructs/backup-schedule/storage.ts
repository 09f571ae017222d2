/** @module A storage as restic's repository, with its credentials and its way out. */
import type { IConstruct } from 'constructs';
import { checkKnown, checkList } from '../check';
import type { ConfigMapKey, SecretKey } from '../environment';
import { invalid } from '../invalid';
import type { EnvVar, Volume, VolumeMount } from '../manifest';
import type { Peer, PortRule } from '../network';
import { checkCidrs, checkPeer } from '../project/rules';
import { objectName } from '../template-app/volumes';
import { checkCredentials, checkReference, masked } from './credentials';
import type {
  AzureStorage,
  BackupStorage,
  ClaimStorage,
  GcsStorage,
  S3Storage,
  StorageAccess,
} from './storage-props';

/** A storage as restic's container needs it. */
export interface Repository {
  /** As in `restic --repo`. */
  readonly location: string;
  readonly env: readonly EnvVar[];
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  /** Whom the pods must reach; none for a claim. */
  readonly egress?: { readonly peers: readonly Peer[]; readonly ports: readonly PortRule[] };
  /** Name of the claim, when it is one. */
  readonly claim?: string;
}

const KINDS = ['s3', 'gcs', 'azure', 'pvc'] as const;
const CREDENTIALS_PATH = '/credentials';

/** The repository; `path` is the one that the schedule has by itself. */
export function resolveStorage(owner: IConstruct, given: BackupStorage, path: string): Repository {
  const kinds = given !== null && typeof given === 'object' ? Object.keys(given) : [];
  const kind = KINDS.find((known) => known === kinds[0]);
  if (!kind || kinds.length !== 1) {
    throw invalid(owner, {
      prop: 'storage',
      rule: 'must be one of { s3 }, { gcs }, { azure } and { pvc }',
      received: kinds.length > 0 ? kinds.join(', ') : given === undefined ? undefined : '***',
      fix: `Write { pvc: { claim: 'backups' } }, or { s3: { bucket, credentials: { secret }, egressCidrs } }`,
    });
  }
  if ('s3' in given) return s3(owner, given.s3, path);
  if ('gcs' in given) return gcs(owner, given.gcs, path);
  if ('azure' in given) return azure(owner, given.azure, path);
  return claim(owner, given.pvc, path.split('/').at(-1) ?? path);
}

function s3(owner: IConstruct, given: S3Storage, path: string): Repository {
  const known = ['endpoint', 'bucket', 'prefix', 'region', 'credentials', 'port', 'caCertificate'];
  checkStorage(owner, 's3', given, [...known, ...ACCESS]);
  const { origin, port } = checkEndpoint(owner, given.endpoint ?? 'https://s3.amazonaws.com');
  const bucket = checkBucket(owner, 'storage.s3.bucket', given.bucket);
  const prefix = checkPath(owner, 'storage.s3.prefix', given.prefix ?? path);
  const region = checkRegion(owner, given.region);
  const keys = checkCredentials(owner, 'storage.s3.credentials', given.credentials, {
    accessKeyIdKey: 'AWS_ACCESS_KEY_ID',
    secretAccessKeyKey: 'AWS_SECRET_ACCESS_KEY',
  });
  const ca = given.caCertificate === undefined ? undefined : checkCa(owner, given.caCertificate);
  return {
    location: `s3:${origin}/${bucket}/${prefix}`,
    env: [
      secretVariable('AWS_ACCESS_KEY_ID', keys.accessKeyIdKey),
      secretVariable('AWS_SECRET_ACCESS_KEY', keys.secretAccessKeyKey),
      ...(region ? [{ name: 'AWS_DEFAULT_REGION', value: region }] : []),
      ...(ca ? [{ name: 'SSL_CERT_FILE', value: '/certificates/ca.pem' }] : []),
    ],
    volumes: ca
      ? [
          {
            name: 'certificates',
            configMap: { name: ca.configMap, items: [{ key: ca.key, path: 'ca.pem' }] },
          },
        ]
      : [],
    mounts: ca ? [{ name: 'certificates', mountPath: '/certificates', readOnly: true }] : [],
    egress: access(owner, 's3', given, given.port ?? port),
  };
}

function gcs(owner: IConstruct, given: GcsStorage, path: string): Repository {
  checkStorage(owner, 'gcs', given, ['bucket', 'prefix', 'credentials', ...ACCESS]);
  const bucket = checkBucket(owner, 'storage.gcs.bucket', given.bucket);
  const prefix = checkPath(owner, 'storage.gcs.prefix', given.prefix ?? path);
  const { key } = checkCredentials(owner, 'storage.gcs.credentials', given.credentials, {
    key: 'credentials.json',
  });
  return {
    location: `gs:${bucket}:/${prefix}`,
    env: [{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value: `${CREDENTIALS_PATH}/gcs.json` }],
    volumes: [
      {
        name: 'credentials',
        secret: {
          secretName: key.secret,
          defaultMode: 0o440,
          items: [{ key: key.key, path: 'gcs.json' }],
        },
      },
    ],
    mounts: [{ name: 'credentials', mountPath: CREDENTIALS_PATH, readOnly: true }],
    egress: access(owner, 'gcs', given, 443),
  };
}

function azure(owner: IConstruct, given: AzureStorage, path: string): Repository {
  checkStorage(owner, 'azure', given, ['container', 'prefix', 'credentials', ...ACCESS]);
  const container = checkContainer(owner, given.container);
  const prefix = checkPath(owner, 'storage.azure.prefix', given.prefix ?? path);
  const keys = checkCredentials(owner, 'storage.azure.credentials', given.credentials, {
    accountNameKey: 'AZURE_ACCOUNT_NAME',
    accountKeyKey: 'AZURE_ACCOUNT_KEY',
  });
  return {
    location: `azure:${container}:/${prefix}`,
    env: [
      secretVariable('AZURE_ACCOUNT_NAME', keys.accountNameKey),
      secretVariable('AZURE_ACCOUNT_KEY', keys.accountKeyKey),
    ],
    volumes: [],
    mounts: [],
    egress: access(owner, 'azure', given, 443),
  };
}

function claim(owner: IConstruct, given: ClaimStorage, path: string): Repository {
  checkStorage(owner, 'pvc', given, ['claim', 'path']);
  const name = objectName(owner, 'storage.pvc.claim', given.claim);
  return {
    location: `/repository/${checkPath(owner, 'storage.pvc.path', given.path ?? path)}`,
    env: [],
    volumes: [{ name: 'repository', persistentVolumeClaim: { claimName: name } }],
    mounts: [{ name: 'repository', mountPath: '/repository' }],
    claim: name,
  };
}

const ACCESS = ['egressCidrs', 'peers'];

function access(
  owner: IConstruct,
  kind: string,
  { egressCidrs, peers }: StorageAccess,
  port: number,
): Repository['egress'] {
  const prop = `storage.${kind}.egressCidrs`;
  if (egressCidrs === undefined && peers === undefined) {
    throw invalid(owner, {
      prop,
      rule: `must name the addresses of the storage, since the project's policies let pods reach nothing else`,
      received: undefined,
      fix: `Write egressCidrs: ['203.0.113.0/24'], or peers: [{ namespace: 'storage' }] for a storage in the cluster`,
    });
  }
  if (egressCidrs !== undefined) checkCidrs(owner, prop, egressCidrs);
  if (peers !== undefined) {
    const own = `storage.${kind}.peers`;
    checkList(owner, own, peers, `[{ namespace: 'storage' }]`);
    peers.forEach((peer, index) => {
      checkPeer(owner, `${own}[${index}]`, peer);
    });
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(owner, {
      prop: `storage.${kind}.port`,
      rule: 'must be a whole number from 1 to 65535',
      received: port,
      fix: 'Give the port that the pods of the storage listen on',
    });
  }
  const blocks = egressCidrs === undefined ? [] : [{ cidrs: egressCidrs }];
  return { peers: [...blocks, ...(peers ?? [])], ports: [{ port }] };
}

function checkStorage(
  owner: IConstruct,
  kind: string,
  given: object,
  known: readonly string[],
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(owner, {
      prop: `storage.${kind}`,
      rule: `must be an object of ${known.map((name) => `'${name}'`).join(', ')}`,
      received: '***',
      fix: 'Write an object; credentials only by the name of their Secret',
    });
  }
  checkKnown(owner, masked(given), known, `storage.${kind}.`);
}

/** The origin as restic takes it, and its port; no credentials, path or query in it. */
function checkEndpoint(
  owner: IConstruct,
  endpoint: unknown,
): { readonly origin: string; readonly port: number } {
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : null;
  const secret = url !== null && (url.username !== '' || url.password !== '');
  const plain =
    url !== null && /^https?:$/.test(url.protocol) && /^\/?$/.test(url.pathname + url.search);
  if (url === null || secret || !plain) {
    throw invalid(owner, {
      prop: 'storage.s3.endpoint',
      rule: `must be a URL of http or https with a host and at most a port`,
      received: secret ? '***' : endpoint,
      fix: secret
        ? `Put user and password in a Secret and name it in 'storage.s3.credentials'`
        : `Write 'https://s3.example.com', and the path in 'storage.s3.prefix'`,
    });
  }
  return { origin: url.origin, port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)) };
}

function checkBucket(owner: IConstruct, prop: string, bucket: unknown): string {
  if (typeof bucket === 'string' && /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(bucket))
    return bucket;
  throw invalid(owner, {
    prop,
    rule: `must be 3 to 63 lower-case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit`,
    received: bucket,
    fix: `Write the bare name, like 'acme-backups'`,
  });
}

function checkContainer(owner: IConstruct, container: unknown): string {
  if (typeof container === 'string' && /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(container))
    return container;
  throw invalid(owner, {
    prop: 'storage.azure.container',
    rule: `must be 3 to 63 lower-case letters and digits, with single '-' between them`,
    received: container,
    fix: `Write the bare name, like 'acme-backups'`,
  });
}

function checkRegion(owner: IConstruct, region: unknown): string | undefined {
  if (region === undefined || (typeof region === 'string' && /^[a-z0-9-]+$/.test(region)))
    return region as string | undefined;
  throw invalid(owner, {
    prop: 'storage.s3.region',
    rule: `must be lower-case letters, digits and '-'`,
    received: region,
    fix: `Write one like 'eu-central-1'`,
  });
}

/** Refuses a path that begins or ends with a slash or leads out of its folder. */
export function checkPath(owner: IConstruct, prop: string, path: unknown): string {
  const segments = typeof path === 'string' ? path.split('/') : [''];
  const fits = (segment: string) =>
    /^[A-Za-z0-9_][A-Za-z0-9._ @+=-]*$/.test(segment) || /^\.[A-Za-z0-9_-][\w.-]*$/.test(segment);
  if (segments.every(fits)) return path as string;
  throw invalid(owner, {
    prop,
    rule: `must be a relative path of letters, digits, '.', '-' and '_' without '..' and without '/' at its ends`,
    received: path,
    fix: `Write one like 'uploads/images'`,
  });
}

function checkCa(owner: IConstruct, ca: ConfigMapKey): ConfigMapKey {
  return checkReference(owner, 'storage.s3.caCertificate', ca, 'configMap');
}

function secretVariable(name: string, { secret, key }: SecretKey): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
