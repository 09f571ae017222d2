/** @module Where backups go, as tenants write it: one of four storages, credentials by reference. */
import type { ConfigMapKey } from '../environment';
import type { Peer } from '../network';

/** How pods reach a storage outside of the project; at least one of the two. */
export interface StorageAccess {
  /** Addresses of the storage, e.g. `203.0.113.0/24`. @default [] */
  readonly egressCidrs?: readonly string[];
  /** Pods of the cluster that are the storage. @default [] */
  readonly peers?: readonly Peer[];
}

/** An S3 bucket, of AWS or of anything that speaks S3. */
export interface S3Storage extends StorageAccess {
  /** URL without a path. @default 'https://s3.amazonaws.com' */
  readonly endpoint?: string;
  readonly bucket: string;
  /** Path in the bucket; each schedule needs its own. @default - NAMESPACE/NAME */
  readonly prefix?: string;
  /** @default - what the endpoint says */
  readonly region?: string;
  readonly credentials: {
    /** Name of the Secret. */
    readonly secret: string;
    /** @default 'AWS_ACCESS_KEY_ID' */
    readonly accessKeyIdKey?: string;
    /** @default 'AWS_SECRET_ACCESS_KEY' */
    readonly secretAccessKeyKey?: string;
  };
  /** Port of the storage's pods, where it is not the endpoint's. @default - the endpoint's */
  readonly port?: number;
  /** A PEM bundle that the endpoint's certificate is checked with. @default - that of the image */
  readonly caCertificate?: ConfigMapKey;
}

/** A bucket of Google Cloud Storage. */
export interface GcsStorage extends StorageAccess {
  readonly bucket: string;
  /** Path in the bucket; each schedule needs its own. @default - NAMESPACE/NAME */
  readonly prefix?: string;
  readonly credentials: {
    /** Name of the Secret. */
    readonly secret: string;
    /** Key that holds the service account's JSON. @default 'credentials.json' */
    readonly key?: string;
  };
}

/** A container of Azure Blob Storage. */
export interface AzureStorage extends StorageAccess {
  readonly container: string;
  /** Path in the container; each schedule needs its own. @default - NAMESPACE/NAME */
  readonly prefix?: string;
  readonly credentials: {
    /** Name of the Secret. */
    readonly secret: string;
    /** @default 'AZURE_ACCOUNT_NAME' */
    readonly accountNameKey?: string;
    /** @default 'AZURE_ACCOUNT_KEY' */
    readonly accountKeyKey?: string;
  };
}

/** A PersistentVolumeClaim of the project. */
export interface ClaimStorage {
  readonly claim: string;
  /** Folder in the volume; each schedule needs its own. @default - NAME */
  readonly path?: string;
}

/** Where backups go. */
export type BackupStorage =
  | { readonly s3: S3Storage }
  | { readonly gcs: GcsStorage }
  | { readonly azure: AzureStorage }
  | { readonly pvc: ClaimStorage };
