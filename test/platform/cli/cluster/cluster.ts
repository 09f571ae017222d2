/** @module A cluster of a few objects, behind a program that stands for kubectl. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AppFolder } from '../app-folder';

/** What the API server answers: a status, and JSON or text. */
export type Answer = readonly [number, unknown];

/** What the cluster holds, and how it answers. */
export interface State {
  /** By path: `/api/v1/namespaces/shop/configmaps/a`. */
  readonly objects?: Readonly<Record<string, object>>;
  /** What an apply adds to an object. */
  readonly defaults?: object;
  /** By method and path: what is answered instead, one after the other. */
  readonly answers?: Readonly<Record<string, Answer | readonly Answer[]>>;
  /** The context's namespace. */
  readonly namespace?: string;
  /** What kubectl says when it does not start. */
  readonly broken?: string;
}

/** A request that the cluster has seen, or a start of kubectl. */
export interface Seen {
  readonly args?: readonly string[];
  readonly pid?: number;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: string;
}

const verbs = ['get', 'list', 'patch', 'delete'];
const kind = (name: string, plural: string, scope = 'Namespaced') => ({
  resource: plural,
  scope,
  verbs,
  responseKind: { kind: name },
});

/** What the cluster knows; no Knative. */
const KINDS = {
  '': [
    kind('ConfigMap', 'configmaps'),
    kind('Secret', 'secrets'),
    kind('Namespace', 'namespaces', 'Cluster'),
    kind('ResourceQuota', 'resourcequotas'),
    kind('LimitRange', 'limitranges'),
    kind('Pod', 'pods'),
    { ...kind('Binding', 'bindings'), verbs: ['create'] },
  ],
  'networking.k8s.io': [kind('NetworkPolicy', 'networkpolicies')],
  'rbac.authorization.k8s.io': [kind('Role', 'roles'), kind('RoleBinding', 'rolebindings')],
  'apiextensions.k8s.io': [
    kind('CustomResourceDefinition', 'customresourcedefinitions', 'Cluster'),
  ],
};

/** The cluster of one folder. */
export class Cluster {
  private readonly file: string;
  private readonly bin: string;

  constructor(private readonly app: AppFolder) {
    this.file = join(app.path, '.cluster.json');
    this.bin = join(app.path, '.bin');
    mkdirSync(this.bin);
    copyFileSync(join(__dirname, 'kubectl.cjs'), join(this.bin, 'kubectl'));
    symlinkSync(process.execPath, join(this.bin, 'node'));
    this.be({});
  }

  be(state: State): void {
    writeFileSync(this.file, JSON.stringify({ kinds: KINDS, objects: {}, ...state }));
  }

  /** Environment by which `hks` finds this kubectl. */
  env(): Record<string, string> {
    return {
      CLUSTER: this.file,
      PATH: [this.bin, process.env.PATH].join(delimiter),
    };
  }

  /** Runs `hks synth --diff --cluster`. */
  diff(...args: readonly string[]) {
    return this.app.hksWith(this.env(), 'synth', '--diff', '--cluster', ...args);
  }

  seen(): readonly Seen[] {
    const log = `${this.file}.log`;
    if (!existsSync(log)) return [];
    // A line that is still being written counts when it is whole.
    return readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Seen);
  }
}

/** What a server adds to every object. */
export function served(
  object: { readonly metadata: object; readonly [field: string]: unknown },
  more: object = {},
): object {
  const metadata = {
    ...object.metadata,
    uid: '1',
    resourceVersion: '7',
    generation: 3,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [{ manager: 'hks', operation: 'Apply' }],
    ...more,
  };
  return { ...object, metadata, status: { phase: 'Active' } };
}
