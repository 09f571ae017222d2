/** @module What a tree must not hold, each with its twin that may stay. */

import { resolvePlan } from '../../../constructs/project/plan';
import {
  clusterScopeFaults,
  duplicateFaults,
  exposureFaults,
  namespaceFaults,
  projectFaults,
  projectWarnings,
  secretFaults,
  serviceNameFaults,
} from '../../../constructs/project/validation';
import { deployment, knativeService, object, podSpec } from './tree';

const config = (name: string, namespace?: string) => object('v1', 'ConfigMap', name, {}, namespace);
const service = (name: string, spec: object = {}) => object('v1', 'Service', name, { spec });

describe('two objects of one name', () => {
  test('are refused', () => {
    const again = { ...config('a'), path: 'shop/again' };
    expect(duplicateFaults([config('a'), again])).toEqual([
      `'metadata.name' of ConfigMap 'shop/again' must be unique among the ConfigMap objects of its namespace, and 'shop/ConfigMap-a' has the same, received 'a'. Rename one of the two.`,
    ]);
  });
  test('are refused in two versions of one group', () => {
    const beta = object('batch/v1beta1', 'CronJob', 'a');
    expect(duplicateFaults([object('batch/v1', 'CronJob', 'a'), beta])).toHaveLength(1);
  });
  test('are two where the kind, the group or the namespace differs', () => {
    expect(
      duplicateFaults([config('a'), service('a'), knativeService('a'), config('a', 'other')]),
    ).toEqual([]);
  });
});

describe('a Service and a function of one name', () => {
  test('are refused', () => {
    expect(serviceNameFaults([service('echo'), knativeService('echo')])).toEqual([
      `'metadata.name' of Service 'shop/Service-echo' must not be that of a Service, since Knative makes one of this name for the function, and 'shop/Service-echo' has it, received 'echo'. Rename the app or the function.`,
    ]);
  });
  test('are fine under two names or in two namespaces', () => {
    const other = object('v1', 'Service', 'echo', {}, 'other');
    expect(serviceNameFaults([service('a'), other, knativeService('echo')])).toEqual([]);
  });
});

describe('a tag that makes the name of another Service', () => {
  const tagged = (name: string, tag?: string) => {
    const { json, ...rest } = knativeService(name);
    return { ...rest, json: { ...json, spec: { traffic: [{ percent: 100, tag }] } } };
  };
  test.each([
    ['an app', service('canary-echo')],
    ['a function', knativeService('canary-echo')],
  ])('is refused beside %s of that name', (_, other) => {
    expect(serviceNameFaults([other, tagged('echo', 'canary')])).toEqual([
      `'spec.traffic.tag' of Service 'shop/Service-echo' must not make TAG-echo the name of another Service, and 'shop/Service-canary-echo' has it, received 'canary'. Choose another tag.`,
    ]);
  });
  test('is fine where nothing else has that name', () => {
    const other = object('v1', 'Service', 'canary-echo', {}, 'other');
    const objects = [other, service('canary'), tagged('echo', 'canary'), tagged('api')];
    expect(serviceNameFaults(objects)).toEqual([]);
  });
});

describe('a Secret with values', () => {
  test.each(['data', 'stringData'])('in %s is refused, and its value not shown', (field) => {
    const secret = object('v1', 'Secret', 'db', { [field]: { password: 'hunter2' } });
    expect(secretFaults([secret])).toEqual([
      `'${field}' of Secret 'shop/Secret-db' must be empty, since the tree is kept in Git, received '***'. Create the Secret in the cluster, or use a SealedSecret or ExternalSecret, and refer to it by name.`,
    ]);
  });
  test('without values stays', () => {
    expect(
      secretFaults([
        object('v1', 'Secret', 'a', { data: {} }),
        object('v1', 'Secret', 'b', { data: null }),
        object('v1', 'Secret', 'c'),
        object('bitnami.com/v1alpha1', 'SealedSecret', 'd', { data: { a: 'b' } }),
        object('v1', 'ConfigMap', 'e', { data: { a: 'b' } }),
      ]),
    ).toEqual([]);
  });
});

describe('a Service that is open to the outside', () => {
  const fix = `Use ClusterIP, and an Ingress or a function's URL for callers from outside`;
  test.each(['NodePort', 'LoadBalancer'])('as %s is refused', (type) => {
    expect(exposureFaults([service('a', { type })])).toEqual([
      `'spec.type' of Service 'shop/Service-a' must be ClusterIP, since projects have no node ports and load balancers, received '${type}'. ${fix}.`,
    ]);
  });
  test('by external addresses is refused', () => {
    expect(exposureFaults([service('a', { externalIPs: ['1.1.1.1'] })])).toEqual([
      `'spec.externalIPs' of Service 'shop/Service-a' must be empty, since it would take traffic of others, received ["1.1.1.1"]. ${fix}.`,
    ]);
  });
  test('stays within the cluster otherwise', () => {
    expect(
      exposureFaults([service('a'), service('b', { type: 'ClusterIP', externalIPs: [] })]),
    ).toEqual([]);
  });
});

describe('a foreign namespace', () => {
  test('is refused', () => {
    expect(namespaceFaults([config('a', 'other')], ['shop', 'shop-2'])).toEqual([
      `'metadata.namespace' of ConfigMap 'shop/ConfigMap-a' must be 'shop' or 'shop-2', received 'other'. Leave it out, or create the object in the Project of that namespace.`,
    ]);
  });
  test('is none for the own ones, and for kinds without any', () => {
    const role = object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'x', {}, 'other');
    expect(namespaceFaults([config('a'), role], ['shop'])).toEqual([]);
  });
});

describe('a kind of the whole cluster', () => {
  const role = object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'x');
  test('is refused', () => {
    expect(clusterScopeFaults([role])).toEqual([
      `'kind' of ClusterRole 'shop/ClusterRole-x' must be a kind that lives in a namespace, since a tenant owns nothing of the whole cluster, received 'ClusterRole.rbac.authorization.k8s.io'. Ask the platform for it, or use the namespaced kind.`,
    ]);
  });
  test('stays where it is allowed', () => {
    expect(clusterScopeFaults([role], ['ClusterRole.rbac.authorization.k8s.io'])).toEqual([]);
    expect(clusterScopeFaults([object('rbac.authorization.k8s.io/v1', 'Role', 'x')])).toEqual([]);
  });
});

describe('a whole project', () => {
  const project = {
    node: { path: 'shop' },
    namespace: 'shop',
    plan: resolvePlan('shop' as never, 'plan', 'small'),
    podSecurity: 'restricted' as const,
  };
  const own = object('v1', 'Namespace', 'shop', {}, undefined);
  test('that holds nothing wrong', () => {
    const objects = [own, deployment('api'), service('api'), knativeService('echo')];
    expect(projectFaults(objects, project)).toEqual([]);
    expect(projectWarnings(objects, project)).toEqual([]);
    expect(projectFaults([], project)).toEqual([]);
  });
  test('that holds everything wrong lists all of it', () => {
    const objects = [
      own,
      object('v1', 'Namespace', 'other', {}, undefined),
      config('a', 'other'),
      config('a', 'other'),
      service('echo', { type: 'NodePort' }),
      knativeService('echo', podSpec({}, { hostNetwork: true })),
      object('v1', 'Secret', 's', { stringData: { a: 'b' } }),
      object('v1', 'Pod', 'p', { spec: podSpec({ cpu: '9', memory: 'x' }) }),
    ];
    expect(projectFaults(objects, project)).toMatchSnapshot();
  });
  test('objects that a patch has emptied break nothing', () => {
    const bare = { path: 'shop/x', json: {} };
    const objects = [bare, { path: 'shop/y', json: { kind: 'Deployment', apiVersion: 'apps/v1' } }];
    expect(() => projectFaults(objects, project)).not.toThrow();
    expect(() => projectWarnings(objects, project)).not.toThrow();
  });
});
