/** @module Flux: a Kustomization for each folder. */
import { Duration } from 'cdk8s';
import { checkBoolean, checkInstance, checkKnown, checkOneOf, checkStrings } from '../check';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { PATH_PATTERN } from './argocd';
import type { Manifest } from './objects';
import { type FolderScope, gitopsLabels, gitopsName } from './scope';
import { checkText } from './text';

export interface FluxSource {
  /** Name of the source object. */
  readonly name: string;
  /** @default 'GitRepository' */
  readonly kind?: 'GitRepository' | 'OCIRepository' | 'Bucket';
  /** @default - the namespace of the Kustomizations */
  readonly namespace?: string;
}

export interface FluxProps {
  /** Where Flux gets the output folder from. */
  readonly source: FluxSource;
  /** The output folder's path in the source. @default 'dist' */
  readonly path?: string;
  /** The namespace of the Kustomizations. @default 'flux-system' */
  readonly namespace?: string;
  /** How often Flux compares the cluster with the source; at least a minute. @default Duration.minutes(10) */
  readonly interval?: Duration;
  /** Removes from the cluster what the source no longer has. @default true */
  readonly prune?: boolean;
  /** The ServiceAccount, in `namespace`, that a tenant's objects are applied as. @default 'hks-tenant-<tenant>' */
  readonly serviceAccountName?: string;
  /** The ServiceAccount, in `namespace`, that the platform's objects are applied as with `split`. @default - Flux's own */
  readonly platformServiceAccountName?: string;
  /** Kustomizations of `namespace` that have to be ready first, e.g. the one that installs Knative. @default - none */
  readonly dependsOn?: readonly string[];
}

const OWNER = 'HksApp';
const KNOWN: readonly (keyof FluxProps)[] = [
  'source',
  'path',
  'namespace',
  'interval',
  'prune',
  'serviceAccountName',
  'platformServiceAccountName',
  'dependsOn',
];
const KINDS = ['GitRepository', 'OCIRepository', 'Bucket'] as const;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** @throws for a wrong prop */
export function checkFlux(props: FluxProps): void {
  checkKnown(OWNER, props, KNOWN, 'flux.');
  checkKnown(OWNER, props.source, ['name', 'kind', 'namespace'], 'flux.source.');
  const name = (prop: string, value: unknown) =>
    checkText(OWNER, `flux.${prop}`, value, NAME, 'must be the name of an object', 'platform');
  name('source.name', props.source.name);
  checkOneOf(OWNER, 'flux.source.kind', props.source.kind, KINDS);
  for (const [prop, value] of [
    ['source.namespace', props.source.namespace],
    ['namespace', props.namespace],
    ['serviceAccountName', props.serviceAccountName],
    ['platformServiceAccountName', props.platformServiceAccountName],
  ] as const) {
    if (value !== undefined) name(prop, value);
  }
  if (props.path !== undefined)
    checkText(
      OWNER,
      'flux.path',
      props.path,
      PATH_PATTERN,
      `must be a path in the source, without '..' and without '/' at its ends`,
      'dist',
    );
  checkInstance(OWNER, 'flux.interval', props.interval, Duration as never, 'Duration.minutes(10)');
  if (props.interval && props.interval.toSeconds() < 60) {
    throw invalid(OWNER, {
      prop: 'flux.interval',
      rule: 'must be at least a minute',
      received: props.interval.toHumanString(),
      fix: 'Write Duration.minutes(10); a change of the source is seen at once all the same',
    });
  }
  checkBoolean(OWNER, 'flux.prune', props.prune);
  for (const item of checkStrings(OWNER, 'flux.dependsOn', props.dependsOn) ?? [])
    name('dependsOn', item);
}

/** Where the Kustomizations are. */
export function fluxNamespace({ namespace = 'flux-system' }: FluxProps): string {
  return namespace;
}

/** The Kustomization that applies a folder; a tenant's waits for the platform's of that tenant. */
export function fluxKustomization(props: FluxProps, scope: FolderScope, split: boolean): Manifest {
  const { tenant, root } = scope;
  const isTenants = root === 'tenants';
  const before =
    split && isTenants ? [gitopsName({ root: 'platform', tenant })] : (props.dependsOn ?? []);
  const account = isTenants
    ? (props.serviceAccountName ?? `hks-tenant-${tenant}`)
    : props.platformServiceAccountName;
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: {
      name: gitopsName(scope),
      namespace: fluxNamespace(props),
      labels: gitopsLabels(scope),
    },
    spec: compact({
      interval: `${(props.interval ?? Duration.minutes(10)).toSeconds()}s`,
      retryInterval: '2m',
      timeout: '5m',
      path: `./${props.path ?? 'dist'}/${root}/${tenant}`,
      prune: props.prune ?? true,
      // What others wait for has to be there and not only sent.
      wait: isTenants ? undefined : true,
      serviceAccountName: account,
      sourceRef: compact({
        kind: props.source.kind ?? 'GitRepository',
        name: props.source.name,
        namespace: props.source.namespace,
      }),
      dependsOn: before.length > 0 ? before.map((name) => ({ name })) : undefined,
    }),
  };
}
