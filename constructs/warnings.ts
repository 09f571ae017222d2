/** @module Warnings: kept on the construct, shown once by the app that synthesizes it. */
import type { Construct, IConstruct } from 'constructs';

const WARNING = 'hks:warning';

/** A warning as the app reports it. */
export interface Warning {
  /** Path of the construct, e.g. `shop/nightly`. */
  readonly path: string;
  readonly message: string;
}

/** Keeps a warning on the construct, once however often it is given. */
export function warn(owner: Construct, message: string): void {
  if (owner.node.metadata.some(({ type, data }) => type === WARNING && data === message)) return;
  owner.node.addMetadata(WARNING, message);
}

/** All warnings at and below the construct, in tree order. */
export function warningsOf(root: IConstruct): readonly Warning[] {
  return root.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === WARNING)
        .map(({ data }) => ({ path: node.path, message: String(data) })),
    );
}
