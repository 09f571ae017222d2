/** @module Who may do what in a project: the Roles viewer, developer and admin, and whom they are given to. */
import type { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkKnown } from '../check';
import { invalid } from '../invalid';
import type { Manifest } from '../manifest';

/** Groups and users as the cluster's authentication names them. */
export interface Subjects {
  /** @default - none */
  readonly groups?: readonly string[];
  /** Users; a service account is `system:serviceaccount:NAMESPACE:NAME`. @default - none */
  readonly users?: readonly string[];
}

/** Whom the project's Roles are given to. */
export interface Access {
  /** May read everything but Secrets. @default - nobody */
  readonly viewers?: Subjects;
  /** May also change workloads and their Secrets, and look into pods. @default - nobody */
  readonly developers?: Subjects;
  /** May also change service accounts and delete all objects of a kind at once. @default - nobody */
  readonly admins?: Subjects;
}

type PolicyRule = Manifest<k8s.PolicyRule>;
type Subject = Manifest<k8s.Subject>;

/** A Role with those that it is given to. */
export interface Grant {
  /** Name of the Role and of its RoleBinding. */
  readonly role: string;
  readonly rules: readonly PolicyRule[];
  readonly subjects: readonly Subject[];
}

/** The three Roles, from the least to the most. */
export function resolveAccess(
  owner: IConstruct,
  prop: string,
  access: Access = {},
): readonly Grant[] {
  checkKnown(owner, access, ['viewers', 'developers', 'admins'], `${prop}.`);
  const subjects = (key: keyof Access) => subjectsOf(owner, `${prop}.${key}`, access[key]);
  return [
    { role: 'hks-viewer', rules: VIEWER, subjects: subjects('viewers') },
    { role: 'hks-developer', rules: DEVELOPER, subjects: subjects('developers') },
    { role: 'hks-admin', rules: ADMIN, subjects: subjects('admins') },
  ];
}

function subjectsOf(owner: IConstruct, prop: string, given: Subjects = {}): readonly Subject[] {
  checkKnown(owner, given, ['groups', 'users'], `${prop}.`);
  const all = (kind: 'Group' | 'User', key: keyof Subjects) =>
    namesOf(owner, `${prop}.${key}`, kind, given[key]).map((name) => ({
      apiGroup: 'rbac.authorization.k8s.io',
      kind,
      name,
    }));
  return [...all('Group', 'groups'), ...all('User', 'users')];
}

function namesOf(
  owner: IConstruct,
  prop: string,
  kind: 'Group' | 'User',
  names: readonly string[] = [],
): readonly string[] {
  if (!Array.isArray(names)) {
    throw invalid(owner, {
      prop,
      rule: 'must be an array of names',
      received: names,
      fix: `Write ['shop-team']`,
    });
  }
  names.forEach((name: unknown, index) => {
    const at = `${prop}[${index}]`;
    if (typeof name !== 'string' || name.trim() === '' || name !== name.trim()) {
      throw invalid(owner, {
        prop: at,
        rule: 'must be a name without space around it',
        received: name,
        fix: 'Write it as the identity provider does',
      });
    }
    const isAccount = kind === 'User' && /^system:serviceaccount:[^:]+:[^:]+$/.test(name);
    if (name.startsWith('system:') && !isAccount) {
      throw invalid(owner, {
        prop: at,
        rule: `must not be one of the cluster's own names, 'system:…', which hold everybody or the cluster's components`,
        received: name,
        fix:
          kind === 'User'
            ? `Name a person, or a service account as 'system:serviceaccount:NAMESPACE:NAME'`
            : `Name a group of your identity provider`,
      });
    }
    if (names.indexOf(name) !== index) {
      throw invalid(owner, {
        prop: at,
        rule: 'must not come twice',
        received: name,
        fix: 'Remove one of the two',
      });
    }
  });
  return names;
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];

/** Kinds of workloads, by group: read by viewers, written by developers. */
const WORKLOADS: Readonly<Record<string, readonly string[]>> = {
  '': ['configmaps', 'persistentvolumeclaims', 'pods', 'services'],
  apps: ['daemonsets', 'deployments', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'networking.k8s.io': ['ingresses'],
  policy: ['poddisruptionbudgets'],
  'serving.knative.dev': ['domainmappings', 'services'],
  'eventing.knative.dev': ['brokers', 'triggers'],
  'messaging.knative.dev': ['channels', 'inmemorychannels', 'subscriptions'],
  'flows.knative.dev': ['parallels', 'sequences'],
  'sources.knative.dev': ['apiserversources', 'containersources', 'pingsources', 'sinkbindings'],
};

/** What controllers make, and what holds the project together: read by all, written by none of the three. */
const OBSERVED: Readonly<Record<string, readonly string[]>> = {
  '': [
    'endpoints',
    'events',
    'limitranges',
    'pods/log',
    'pods/status',
    'resourcequotas',
    'serviceaccounts',
  ],
  apps: ['controllerrevisions', 'replicasets'],
  'discovery.k8s.io': ['endpointslices'],
  'events.k8s.io': ['events'],
  'metrics.k8s.io': ['pods'],
  'networking.k8s.io': ['networkpolicies'],
  'rbac.authorization.k8s.io': ['rolebindings', 'roles'],
  'serving.knative.dev': ['configurations', 'revisions', 'routes'],
};

/** Reading only; nothing that runs a program in a pod, opens a connection to it or shows a Secret. */
const VIEWER: readonly PolicyRule[] = [
  ...rules(WORKLOADS, READ),
  ...rules(OBSERVED, READ),
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];

/**
 * Secrets in full: whoever may start pods can mount every Secret of the namespace, so keeping them from
 * developers would hide nothing. `get` beside `create` is how kubectl opens a WebSocket to a pod.
 */
const DEVELOPER: readonly PolicyRule[] = [
  ...VIEWER,
  ...rules(WORKLOADS, WRITE),
  { apiGroups: [''], resources: ['secrets'], verbs: [...READ, ...WRITE] },
  {
    apiGroups: [''],
    resources: ['pods/attach', 'pods/exec', 'pods/portforward'],
    verbs: ['get', 'create'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments/scale', 'statefulsets/scale'],
    verbs: ['get', 'update', 'patch'],
  },
  { apiGroups: ['serving.knative.dev'], resources: ['revisions'], verbs: ['delete'] },
];

/** Nothing that holds the project together: namespace, quota, limits, policies, Roles and RoleBindings stay the platform's. */
const ADMIN: readonly PolicyRule[] = [
  ...DEVELOPER,
  ...rules(WORKLOADS, ['deletecollection']),
  { apiGroups: [''], resources: ['secrets'], verbs: ['deletecollection'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: WRITE },
  { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['get', 'update', 'patch'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
];

function rules(
  kinds: Readonly<Record<string, readonly string[]>>,
  verbs: readonly string[],
): readonly PolicyRule[] {
  return Object.entries(kinds).map(([group, resources]) => ({
    apiGroups: [group],
    resources,
    verbs,
  }));
}
