/** @module Argo CD: a project for each folder, and the application that applies it. */
import { checkBoolean, checkKnown, checkOneOf } from '../check';
import { compact } from '../manifest';
import type { Manifest } from './objects';
import { type FolderScope, gitopsLabels, gitopsName } from './scope';
import { checkText } from './text';

export interface ArgoCdProps {
  /** URL of the Git repository that holds the output folder, as Argo CD knows it. */
  readonly repoUrl: string;
  /** The output folder's path in the repository. @default 'dist' */
  readonly path?: string;
  /** Branch, tag or commit. @default 'HEAD' */
  readonly revision?: string;
  /** Where Argo CD runs. @default 'argocd' */
  readonly namespace?: string;
  /** The cluster that is written to. @default 'https://kubernetes.default.svc' */
  readonly server?: string;
  /**
   * `set`: an ApplicationSet whose Application lives as long as the folder is in Git, and leaves the objects when it goes.
   * `single`: an Application.
   *
   * @default 'set'
   */
  readonly applications?: 'set' | 'single';
  /** Removes from the cluster what Git no longer has. @default true */
  readonly prune?: boolean;
  /** Reverts what is changed in the cluster. @default true */
  readonly selfHeal?: boolean;
}

const API = 'argoproj.io/v1alpha1';
const OWNER = 'HksApp';

/** The props with their defaults. @throws for a wrong one */
export function resolveArgoCd(props: ArgoCdProps): Required<ArgoCdProps> {
  checkKnown(OWNER, props, KNOWN, 'argocd.');
  const text = (key: keyof ArgoCdProps, pattern: RegExp, rule: string, example: string) =>
    checkText(OWNER, `argocd.${key}`, props[key], pattern, rule, example);
  text(
    'repoUrl',
    URL_PATTERN,
    'must be the URL of a Git repository',
    'https://git.example.com/platform/gitops.git',
  );
  if (props.path !== undefined)
    text(
      'path',
      PATH_PATTERN,
      `must be a path in the repository, without '..' and without '/' at its ends`,
      'dist',
    );
  if (props.revision !== undefined)
    text('revision', /^[A-Za-z0-9][\w./-]*$/, 'must be a branch, a tag or a commit', 'main');
  if (props.namespace !== undefined)
    text(
      'namespace',
      /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      'must be the name of a namespace',
      'argocd',
    );
  if (props.server !== undefined)
    text(
      'server',
      /^https:\/\/\S+$/,
      'must be the https URL of an API server',
      'https://kubernetes.default.svc',
    );
  checkOneOf(OWNER, 'argocd.applications', props.applications, ['set', 'single']);
  checkBoolean(OWNER, 'argocd.prune', props.prune);
  checkBoolean(OWNER, 'argocd.selfHeal', props.selfHeal);
  return {
    repoUrl: props.repoUrl,
    path: props.path ?? 'dist',
    revision: props.revision ?? 'HEAD',
    namespace: props.namespace ?? 'argocd',
    server: props.server ?? 'https://kubernetes.default.svc',
    applications: props.applications ?? 'set',
    prune: props.prune ?? true,
    selfHeal: props.selfHeal ?? true,
  };
}

const KNOWN: readonly (keyof ArgoCdProps)[] = [
  'repoUrl',
  'path',
  'revision',
  'namespace',
  'server',
  'applications',
  'prune',
  'selfHeal',
];
const URL_PATTERN = /^((https?|ssh|file):\/\/\S+|[\w.-]+@[\w.-]+:\S+)$/;
/** Not empty, relative, no dot folders that lead out. */
export const PATH_PATTERN = /^(?!\.{0,2}\/)(?!.*(^|\/)\.\.(\/|$))[^\s'"{}]*[^\s'"{}/]$/;

/** The objects by which Argo CD applies a folder. */
export function argoCdObjects(
  props: Required<ArgoCdProps>,
  scope: FolderScope,
): readonly Manifest[] {
  return [appProject(props, scope), application(props, scope)];
}

/** What the folder may hold, wherever its application was made: the project is written out, never taken from a path. */
function appProject(props: Required<ArgoCdProps>, scope: FolderScope): Manifest {
  const { tenant, root, namespaces, clusterKinds, onlyKinds, notKinds } = scope;
  return {
    apiVersion: API,
    kind: 'AppProject',
    metadata: {
      name: gitopsName(scope),
      namespace: props.namespace,
      labels: gitopsLabels(scope),
    },
    spec: compact({
      description: `${root === 'platform' ? "The platform's" : 'The'} objects of tenant ${tenant}`,
      sourceRepos: [props.repoUrl],
      destinations: namespaces.map((namespace) => ({ server: props.server, namespace })),
      clusterResourceWhitelist: clusterKinds,
      namespaceResourceWhitelist: onlyKinds,
      namespaceResourceBlacklist: notKinds,
    }),
  };
}

function application(props: Required<ArgoCdProps>, scope: FolderScope): Manifest {
  const { namespace, repoUrl, revision, path } = props;
  const folder = `${path}/${scope.root}/${scope.tenant}`;
  const metadata = { name: gitopsName(scope), namespace, labels: gitopsLabels(scope) };
  if (props.applications === 'single') {
    return { apiVersion: API, kind: 'Application', metadata, spec: template(props, scope, folder) };
  }
  return {
    apiVersion: API,
    kind: 'ApplicationSet',
    metadata,
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ git: { repoURL: repoUrl, revision, directories: [{ path: folder }] } }],
      syncPolicy: { preserveResourcesOnDeletion: true },
      template: {
        metadata: { name: metadata.name, labels: metadata.labels },
        spec: template(props, scope, '{{ .path.path }}'),
      },
    },
  };
}

function template(props: Required<ArgoCdProps>, scope: FolderScope, path: string) {
  const { repoUrl, revision, server, prune, selfHeal } = props;
  return {
    project: gitopsName(scope),
    source: { repoURL: repoUrl, targetRevision: revision, path },
    // Every object names its namespace; Argo CD holds this one against the project's list all the same.
    destination: compact({ server, namespace: scope.namespaces[0] }),
    syncPolicy: {
      automated: { prune, selfHeal },
      syncOptions: ['ServerSideApply=true'],
      retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
    },
  };
}
