/**
 * @module Objects that come from elsewhere: what cdk8s's own tests ask of Include, Helm and Yaml.load, asked of HksApp.
 *
 * In place of `helm` stands a program of these tests: it takes the arguments that cdk8s gives it and prints manifests.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, type App, Chart, Helm, type HelmProps, Include, Yaml } from 'cdk8s';
import { same, sameError } from './cdk8s-fixture';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-include-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('Include', () => {
  const MANIFESTS = `apiVersion: v1
kind: Foo
metadata:
  name: resource1
  namespace: ns
octal: 0755
on: yes
text: |
  two
  lines
---
---
apiVersion: v1
kind: Bar
metadata:
  name: resource1
list: [1, 2.5, "3", ~]
---
{}
---
apiVersion: v1
kind: List
`;

  const include = (app: App) =>
    new Include(new Chart(app, 'test'), 'in', { url: file('manifests.yaml', MANIFESTS) });

  test('the documents of a file that are not empty, as YAML 1.1 has them, with the names they have', () => {
    expect(same(include)['test.k8s.yaml']).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Foo',
        metadata: { name: 'resource1', namespace: 'ns' },
        octal: 0o755,
        true: true,
        text: 'two\nlines\n',
      },
      { apiVersion: 'v1', kind: 'Bar', metadata: { name: 'resource1' }, list: [1, 2.5, '3', null] },
      { apiVersion: 'v1', kind: 'List', metadata: { name: 'test-in-object0-list-c81feb31' } },
    ]);
  });

  test('objects have ids, can be found and changed', () => {
    const change = (app: App) => {
      const included = include(app);
      expect(included.node.children.map(({ node }) => node.id)).toEqual([
        'resource1-foo-ns',
        'resource1-bar',
        'object0-list',
      ]);
      for (const { metadata } of included.apiObjects) metadata.addAnnotation('a', 'b');
      included.apiObjects[0]?.addDependency(included.apiObjects[1] ?? included);
    };
    expect(same(change)['test.k8s.yaml']).toMatchObject([
      { kind: 'Bar', metadata: { annotations: { a: 'b' } } },
      { kind: 'Foo', metadata: { annotations: { a: 'b' } } },
      { kind: 'List', metadata: { annotations: { a: 'b' } } },
    ]);
  });

  test('a file without documents', () => {
    const empty = file('empty.yaml', '---\n---\n{}\n');
    expect(same((app) => new Include(new Chart(app, 'test'), 'in', { url: empty }))).toEqual({
      'test.k8s.yaml': [],
    });
  });

  test('what Yaml.load gives can be put into objects', () => {
    const url = file('values.yaml', 'doc: 1\n---\ntext\n---\nmode: 0755\n---\n[]\n---\n0\n');
    const values = Yaml.load(url);
    expect(values).toEqual([{ doc: 1 }, 'text', { mode: 493 }, 0]);
    const files = same((app) => {
      const props = { apiVersion: 'v1', kind: 'Thing', values };
      return new ApiObject(new Chart(app, 'test'), 'thing', props);
    });
    expect(files['test.k8s.yaml']).toMatchObject([{ values }]);
  });
});

describe('Helm', () => {
  /** Tells its arguments and its values in a ConfigMap, and fails on a flag that it does not know. */
  const PROGRAM = `#!/bin/sh
arguments="$*"
while [ $# -gt 2 ]; do
  case "$1" in
    -f) values="$2"; shift ;;
    --boom) echo "Error: unknown flag: $1" >&2; exit 1 ;;
  esac
  shift
done
cat <<END
apiVersion: v1
kind: ServiceAccount
metadata:
  name: $1-sample
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: $1-sample
  annotations:
    arguments: "$(echo "$arguments" | sed 's/[^ ]*overrides.yaml/VALUES/')"
data:
  values: |
$([ -z "$values" ] || sed 's/^/    /' "$values")
END
`;

  const helm = (props: Partial<HelmProps> = {}) => {
    const helmExecutable = file('helm', PROGRAM);
    chmodSync(helmExecutable, 0o755);
    return (app: App) =>
      new Helm(new Chart(app, 'test'), 'sample', { chart: './sample', helmExecutable, ...props });
  };

  const NAME = 'test-sample-c8e2763d-sample';
  const CALLS: readonly (readonly [
    what: string,
    props: Partial<HelmProps>,
    name: string,
    told: string,
    values: string,
  ])[] = [
    ['the release is named by its path', {}, NAME, 'template test-sample-c8e2763d ./sample', ''],
    [
      'a release may have a name',
      { releaseName: 'your-release' },
      'your-release-sample',
      'template your-release ./sample',
      '',
    ],
    [
      'a chart of a repository',
      { repo: 'foo-repo', version: 'foo-version', namespace: 'foo-namespace' },
      NAME,
      'template --repo foo-repo --version foo-version --namespace foo-namespace test-sample-c8e2763d ./sample',
      '',
    ],
    [
      'flags and values',
      { helmFlags: ['--no-hooks'], values: { replicaCount: 889, nodeSelector: { a: 'boom' } } },
      NAME,
      'template -f VALUES --no-hooks test-sample-c8e2763d ./sample',
      'replicaCount: 889\nnodeSelector:\n  a: boom\n',
    ],
  ];

  test.each(CALLS)('%s', (_, props, name, told, values) => {
    expect(same(helm(props))['test.k8s.yaml']).toEqual([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, annotations: { arguments: told } },
        data: { values },
      },
    ]);
  });

  test('its objects can be found and changed', () => {
    const files = same((app) => {
      const release = helm()(app);
      expect(release.releaseName).toBe('test-sample-c8e2763d');
      const account = release.apiObjects.find(({ kind }) => kind === 'ServiceAccount');
      account?.metadata.addAnnotation('my.annotation', 'hey-there');
    });
    expect(files['test.k8s.yaml']?.[0]).toMatchObject({
      metadata: { annotations: { 'my.annotation': 'hey-there' } },
    });
  });

  test('a program that fails, and one that is not there', () => {
    expect(sameError(helm({ helmFlags: ['--boom'] }))).toBe('Error: unknown flag: --boom\n');
    const missing = join(folder, 'nothing-here');
    expect(sameError(helm({ helmExecutable: missing }))).toBe(
      `unable to execute '${missing}' to render Helm chart. Is it installed on your system?`,
    );
  });
});
