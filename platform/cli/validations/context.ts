/** @module What a plugin is given: the manifests, a report to fill, and a logger. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Manifests } from './manifests';
import type { ValidationReport } from './report';

/** A plugin, as cdk8s-cli has it: `report.submit` tells what came of it. */
export interface Validation {
  validate(context: ValidationContext): Promise<void> | void;
}

/** The members that plugins for cdk8s-cli read. */
export class ValidationContext {
  /** Paths of the files with the objects. */
  readonly manifests: readonly string[];
  /** Paths of constructs by the names of their objects. */
  readonly metadata: Manifests['metadata'];
  readonly logger: { readonly log: (message: string) => void };

  constructor(
    { files, metadata }: Manifests,
    /** The plugin's package. */
    readonly pkg: string,
    readonly version: string,
    readonly report: ValidationReport,
    /** Whether the objects are printed and not written. */
    readonly stdout: boolean,
    log: (message: string) => void,
  ) {
    this.manifests = files;
    this.metadata = metadata;
    this.logger = { log };
  }

  /** The objects of a file. */
  parseManifest(path: string): unknown[] {
    return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS());
  }
}
