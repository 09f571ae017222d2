/** @module What the control plane may not do though its rules hold for all namespaces: RBAC cannot say "all but these". */
import { podSecurityLabels } from '../../constructs/project/namespace';
import { SYSTEM_NAMESPACES } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import { CONTROL_PLANE, CONTROL_PLANE_USER } from './settings';

/** The cluster's own and the platform's; a pod in one of them could take any of their service accounts. */
export const GUARDED_NAMESPACES: readonly string[] = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  ...SYSTEM_NAMESPACES,
];

/** The policy of admission, for requests of the control plane's user alone. */
export function guardObjects(): KubeObject[] {
  const metadata = { name: CONTROL_PLANE };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const guarded = JSON.stringify(GUARDED_NAMESPACES);
  const levels = JSON.stringify(Object.keys(podSecurityLabels('restricted')));
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['*'],
              apiVersions: ['*'],
              operations: ['CREATE', 'UPDATE', 'DELETE'],
              resources: ['*'],
            },
          ],
        },
        matchConditions: [
          {
            name: 'control-plane',
            expression: `request.userInfo.username == "${CONTROL_PLANE_USER}"`,
          },
        ],
        validations: [
          {
            expression: `!(request.namespace in ${guarded}) && !(request.resource.resource == "namespaces" && request.name in ${guarded})`,
            message: `The control plane changes nothing in the namespaces ${GUARDED_NAMESPACES.join(', ')}.`,
          },
          {
            expression: `request.resource.resource != "namespaces" || request.operation != "UPDATE" || ${levels}.all(key, object.metadata.?labels[?key] == oldObject.metadata.?labels[?key])`,
            message: `The control plane does not change what Pod Security enforces in a namespace.`,
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: CONTROL_PLANE, validationActions: ['Deny'] },
    },
  ];
}
