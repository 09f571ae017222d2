/** @module Lists of the API, page by page; what may not be read is remembered rather than thrown. */
import { ApiError, type Cluster } from './client';

/** What an object of a list says of itself. */
export interface Listed {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

interface Page<T> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly T[];
}

export interface ListOptions {
  readonly labelSelector?: string;
  /** Stops at the first page, which has this many. */
  readonly first?: number;
  /** Names and labels only: the rest of the objects is not sent. */
  readonly metadataOnly?: boolean;
}

const PAGE = 250;
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Reads one cluster; `denied` fills up with what the user may not read. */
export class Reader {
  /** Sentences, one for each list that was refused. */
  readonly denied: string[] = [];

  constructor(private readonly cluster: Cluster) {}

  /** All objects of a list: none where the API does not know them, or the user may not read them. */
  async list<T extends Listed>(
    path: string,
    { labelSelector, first, metadataOnly = false }: ListOptions = {},
  ): Promise<T[]> {
    const items: T[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(first ?? PAGE) });
      if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
      if (next !== undefined) query.set('continue', next);
      const accept = metadataOnly ? METADATA : undefined;
      const page = await this.read<Page<T>>(`${path}?${query}`, `list ${path}`, accept);
      items.push(...(page?.items ?? []));
      next = page?.metadata?.continue || undefined;
    } while (next !== undefined && first === undefined);
    return items;
  }

  /** One document, or undefined where there is none or the user may not read it. */
  async get<T>(path: string, accept?: string): Promise<T | undefined> {
    return this.read<T>(path, `get ${path}`, accept);
  }

  /** One document that is good to have: undefined where it cannot be read, for whatever reason. */
  async attempt<T>(path: string): Promise<T | undefined> {
    return this.cluster.ask<T>(path).catch(() => undefined);
  }

  private async read<T>(path: string, what: string, accept?: string): Promise<T | undefined> {
    try {
      return await this.cluster.ask<T>(path, { accept, timeoutSeconds: 30 });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return undefined;
      if (error.status !== 403) throw error;
      this.denied.push(`${what}: ${error.message}`);
      return undefined;
    }
  }
}
