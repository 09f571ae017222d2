import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessObjects, CONTROL_PLANE_RULES } from '../../../stacks/control-plane/rbac';

/** `verb group/resource`, one for each right. */
const rights = CONTROL_PLANE_RULES.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
  ),
);
const may = (verb: string, resource: string) => rights.includes(`${verb} ${resource}`);

test('no rule has a wildcard', () => {
  for (const { apiGroups, resources, verbs } of CONTROL_PLANE_RULES) {
    for (const word of [...apiGroups, ...resources, ...verbs]) expect(word).not.toContain('*');
  }
});

test('each rule has its reason above it', () => {
  const file = join(__dirname, '../../../stacks/control-plane/rbac.ts');
  const lines = readFileSync(file, 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('export const CONTROL_PLANE_RULES'));
  const last = lines.indexOf('];', first);
  const bare: string[] = [];
  let reason = false;
  let rules = 0;
  for (const line of lines.slice(first + 1, last)) {
    if (line.startsWith('  // ')) reason = true;
    if (/^ {2}\{/.test(line)) {
      rules++;
      // One reason may hold for the rules right below it.
      if (!reason) bare.push(line);
    }
    if (line.trim() === '') reason = false;
  }
  expect(bare).toEqual([]);
  expect(rules).toBe(CONTROL_PLANE_RULES.length);
});

test('what would give it more than it needs is left out', () => {
  const resources = CONTROL_PLANE_RULES.flatMap((rule) => rule.resources);
  for (const forbidden of [
    'secrets',
    'pods/exec',
    'pods/attach',
    'pods/portforward',
    'pods/ephemeralcontainers',
    'nodes/proxy',
    'serviceaccounts',
    'serviceaccounts/token',
    'roles',
    'rolebindings',
    'clusterroles',
    'clusterrolebindings',
    'persistentvolumes',
    'resourcequotas',
    'customresourcedefinitions',
    'validatingadmissionpolicies',
  ]) {
    expect(resources).not.toContain(forbidden);
  }
  const verbs = CONTROL_PLANE_RULES.flatMap((rule) => rule.verbs);
  for (const forbidden of ['escalate', 'bind', 'impersonate', 'approve', 'deletecollection']) {
    expect(verbs).not.toContain(forbidden);
  }
  expect(may('create', '/pods')).toBe(false);
  expect(may('delete', '/namespaces')).toBe(false);
  expect(may('create', '/namespaces')).toBe(false);
});

test('ConfigMaps are read by name alone', () => {
  const rules = CONTROL_PLANE_RULES.filter(({ resources }) => resources.includes('configmaps'));
  expect(rules).toEqual([
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['hks-sandbox-limits', 'hks-build-template'],
      verbs: ['get'],
    },
  ]);
});

test('what it does by its contract it may do', () => {
  for (const right of [
    'watch batch/jobs',
    'watch batch/cronjobs',
    'watch /pods',
    'get /pods/log',
    'watch /events',
    'create batch/jobs',
    'patch batch/jobs',
    'delete batch/jobs',
    'create batch/cronjobs',
    'patch batch/cronjobs',
    'create apps/deployments',
    'create serving.knative.dev/services',
    'patch serving.knative.dev/services',
    'create networking.k8s.io/networkpolicies',
    'create authorization.k8s.io/subjectaccessreviews',
    'patch /namespaces',
    'get /nodes/stats',
  ]) {
    expect(rights).toContain(right);
  }
});

test('the rights are given to its own service account', () => {
  const [account, role, binding] = accessObjects();
  expect(account).toMatchObject({
    kind: 'ServiceAccount',
    metadata: { name: 'hks-control-plane', namespace: 'hks-system' },
    automountServiceAccountToken: false,
  });
  expect(role).toMatchObject({ kind: 'ClusterRole', rules: CONTROL_PLANE_RULES });
  expect(binding).toMatchObject({
    roleRef: { kind: 'ClusterRole', name: role?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'hks-control-plane', namespace: 'hks-system' }],
  });
});
