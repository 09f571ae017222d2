import { SYSTEM_NAMESPACES } from '../../../constructs/system';
import { GUARDED_NAMESPACES, guardObjects } from '../../../stacks/control-plane/guard';

// biome-ignore lint/suspicious/noExplicitAny: the shape of the two kinds.
const [policy, binding]: readonly any[] = guardObjects();

test('it is about every change of the control plane, and of nobody else', () => {
  expect(policy.spec.failurePolicy).toBe('Fail');
  expect(policy.spec.matchConstraints.resourceRules).toEqual([
    {
      apiGroups: ['*'],
      apiVersions: ['*'],
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      resources: ['*'],
    },
  ]);
  expect(policy.spec.matchConditions).toEqual([
    {
      name: 'control-plane',
      expression:
        'request.userInfo.username == "system:serviceaccount:hks-system:hks-control-plane"',
    },
  ]);
  expect(binding.spec).toEqual({
    policyName: policy.metadata.name,
    validationActions: ['Deny'],
  });
});

test("the namespaces of the cluster and of the platform are guarded, tenants' are not", () => {
  expect(GUARDED_NAMESPACES).toEqual(
    expect.arrayContaining([...SYSTEM_NAMESPACES, 'kube-system', 'kube-public', 'kube-node-lease']),
  );
  expect(GUARDED_NAMESPACES).not.toContain('hks-build');
  const [namespaces, levels] = policy.spec.validations;
  const list = JSON.stringify(GUARDED_NAMESPACES);
  expect(namespaces.expression).toBe(
    `!(request.namespace in ${list}) && !(request.resource.resource == "namespaces" && request.name in ${list})`,
  );
  expect(levels.expression).toContain('"pod-security.kubernetes.io/enforce"');
});
