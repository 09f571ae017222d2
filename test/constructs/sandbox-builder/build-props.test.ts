/** @module Props of builds, of their registry and their package proxies: what is made of them, and what is refused. */
import { Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { PodSpec } from '../../../constructs/manifest';
import { podViolations } from '../../../constructs/pod-security';
import { SandboxBuilder, type SandboxBuilderProps } from '../../../constructs/sandbox-builder';
import { OWNER, refusalOf } from './refusal';

function made(props: Partial<SandboxBuilderProps> = {}) {
  const builder = new SandboxBuilder(Testing.app(), 'ai', { tenant: 'acme', ...props });
  const { spec, metadata } = builder.buildTemplate;
  const pod = spec.template.spec as PodSpec;
  const named = (name: string) =>
    [...(pod.initContainers ?? []), ...pod.containers].find((container) => container.name === name);
  return { builder, spec, metadata, pod, named };
}

test('the build is root with six capabilities, the rest of the pod has none', () => {
  const { pod, named } = made();
  expect(podViolations(pod, 'baseline')).toEqual([]);
  expect(podViolations(pod)).toEqual([
    "container 'prune' does not set runAsNonRoot: true",
    "container 'prune' runs as user 0",
    "container 'build' adds the capabilities CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SETGID, SETUID",
    "container 'build' does not set runAsNonRoot: true",
    "container 'build' runs as user 0",
  ]);
  expect(named('build')?.securityContext?.allowPrivilegeEscalation).toBe(false);
});

test('the Job ends, is not repeated, and goes away', () => {
  expect(made().spec).toMatchObject({
    activeDeadlineSeconds: 900,
    backoffLimit: 0,
    ttlSecondsAfterFinished: 3600,
  });
});

test('every volume that is written has a limit', () => {
  const sizes = made().pod.volumes?.flatMap(({ name, emptyDir }) =>
    emptyDir ? [[name, emptyDir.sizeLimit]] : [],
  );
  expect(sizes).toEqual([
    ['context', '134217728'],
    ['image', '2147483648'],
    ['tmp', '64Mi'],
  ]);
});

test('a registry with TLS is spoken to with TLS', () => {
  const registry = { host: 'registry.example.com', egress: [{ cidrs: ['203.0.113.5/32'] }] };
  const { named } = made({ registry });
  expect(named('build')?.args).toContain('--registry-mirror=registry.example.com');
  expect(named('build')?.args?.some((arg) => arg.startsWith('--insecure'))).toBe(false);
  expect(named('push')?.env).toContainEqual({ name: 'REGISTRY_PLAIN_HTTP', value: 'false' });
});

test('one Secret for both ends is mounted from one volume', () => {
  const { pod, named } = made({ build: { credentials: { push: 'both', pull: 'both' } } });
  expect(pod.volumes?.filter(({ secret }) => secret)).toHaveLength(1);
  expect(named('build')?.volumeMounts).toContainEqual({
    name: 'credentials-0',
    mountPath: '/kaniko/.docker',
    readOnly: true,
  });
});

test('addresses need no looking up', () => {
  const { metadata } = made({
    registry: { host: '203.0.113.5:5000', egress: [{ cidrs: ['203.0.113.5/32'] }] },
    build: { packageProxies: [{ host: 'pypi.example.com', peer: { cidrs: ['203.0.113.9/32'] } }] },
  });
  expect(metadata.annotations).toEqual({
    'hks.io/build-hosts': '["pypi.example.com"]',
    'hks.io/build-repository': '203.0.113.5:5000/acme',
  });
});

const HOST = 'must be a host name in lower case, with its port where that is not the usual one';
const HOST_FIX = `Write it like 'registry.example.com' or 'registry.example.com:5000'.`;
const NAME = (max: number) =>
  `must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most ${max} characters`;

test.each([
  [
    'an unknown prop',
    { kaniko: 'x' },
    `'build.kaniko' ${OWNER} is not a known prop, received 'x'. Known are 'image', 'transferImage', 'push', 'resources', 'timeout', 'ttl', 'imageSize', 'cache', 'credentials', 'packageProxies'.`,
  ],
  [
    'image',
    { image: 1 },
    `'build.image' ${OWNER} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 1. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    'transferImage',
    { transferImage: '' },
    `'build.transferImage' ${OWNER} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received ''. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    'push.image',
    { push: { command: ['x'] } },
    `'build.push.image' ${OWNER} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received nothing. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    'push.command',
    { push: { image: 'crane:1' } },
    `'build.push.command' ${OWNER} must name the program that pushes, received nothing. Write ['crane', 'push', '$(IMAGE_TAR)', '$(DESTINATION)'].`,
  ],
  [
    'push.args',
    { push: { image: 'crane:1', args: [] } },
    `'build.push.args' ${OWNER} is not a known prop, received []. Known are 'image', 'command'.`,
  ],
  [
    'resources',
    { resources: { cpu: { request: Cpu.units(3) } }, image: 'kaniko:1' },
    `'buildPlan' ${OWNER} must allow a container 3 of cpu, and its maximum is 2, received 'small'. Choose a larger plan, or fewer concurrent builds or smaller resources.`,
  ],
  [
    'timeout',
    { timeout: Duration.seconds(5) },
    `'build.timeout' ${OWNER} must be whole seconds from 30 to 86400, received '5 s'. Write Duration.minutes(5).`,
  ],
  [
    'ttl',
    { ttl: 60 },
    `'build.ttl' ${OWNER} must be a Duration, received 60. Write Duration.minutes(5).`,
  ],
  [
    'imageSize',
    { imageSize: '2Gi' },
    `'build.imageSize' ${OWNER} must be a Size, received '2Gi'. Write Size.mebibytes(1).`,
  ],
  [
    'cache',
    { cache: true },
    `'build.cache' ${OWNER} must be an object, received true. Write { size: … }.`,
  ],
  [
    'cache.size',
    { cache: { size: Size.mebibytes(0) } },
    `'build.cache.size' ${OWNER} must be whole bytes, above 0 and at most 1024 GiB, received '0 bytes'. Write Size.mebibytes(1).`,
  ],
  [
    'cache.ttl',
    { cache: { ttl: Duration.seconds(1) } },
    `'build.cache.ttl' ${OWNER} must be whole seconds from 60 to 31536000, received '1 s'. Write Duration.minutes(5).`,
  ],
  [
    'cache.storageClassName',
    { cache: { storageClassName: '' } },
    `'build.cache.storageClassName' ${OWNER} ${NAME(63)}, received ''. Use a name like 'nightly-report'.`,
  ],
  [
    'a credential as a literal',
    { credentials: 'user:password' },
    `'build.credentials' ${OWNER} must be { push, pull }, each the name of a Secret, received '***'. Put the credential in a Secret and write { push: 'registry-push' }.`,
  ],
  [
    'credentials.push',
    { credentials: { push: 'Registry' } },
    `'build.credentials.push' ${OWNER} ${NAME(253)}, received 'Registry'. Use a name like 'nightly-report'.`,
  ],
  [
    'packageProxies',
    { packageProxies: 'packages.example.org' },
    `'build.packageProxies' ${OWNER} must be an array of { host, peer, port }, received 'packages.example.org'. Write [{ host: 'pypi.example.com', peer: { cidrs: ['203.0.113.20/32'] } }].`,
  ],
  [
    'a proxy by URL',
    {
      packageProxies: [
        { host: 'https://packages.example.org', peer: { cidrs: ['203.0.113.20/32'] } },
      ],
    },
    `'build.packageProxies[0].host' ${OWNER} ${HOST}, received 'https://packages.example.org'. ${HOST_FIX}`,
  ],
  [
    'a proxy that is nowhere',
    { packageProxies: [{ host: 'pypi.example.com', peer: {} }] },
    `'build.packageProxies[0].peer' ${OWNER} must say who it is: { pods }, { namespace, pods } or { cidrs, except }, received {}. Write { namespace: 'monitoring' }, or { pods: {} } for all pods of the project.`,
  ],
  [
    'the port of a proxy',
    {
      packageProxies: [{ host: 'pypi.example.com', peer: { cidrs: ['203.0.113.20/32'] }, port: 0 }],
    },
    `'build.packageProxies[0].port' ${OWNER} must be a whole number from 1 to 65535, received 0. Give a number in that range, or leave 'build.packageProxies[0].port' out for the default.`,
  ],
])('%s is refused', (_, build, message) => {
  expect(refusalOf({ build })).toBe(message);
});

test.each([
  [
    'registry.url',
    { url: 'x' },
    `'registry.url' ${OWNER} is not a known prop, received 'x'. Known are 'host', 'plainHttp', 'egress'.`,
  ],
  [
    'registry.host',
    { host: 'Registry' },
    `'registry.host' ${OWNER} ${HOST}, received 'Registry'. ${HOST_FIX}`,
  ],
  [
    'registry.plainHttp',
    { plainHttp: 1 },
    `'registry.plainHttp' ${OWNER} must be true or false, received 1. Write true without quotes, or leave it out for the default.`,
  ],
  [
    'a registry that no rule lets a build reach',
    { host: 'registry.example.com' },
    `'registry.egress' ${OWNER} must give the addresses of 'registry.example.com', since a build can reach nothing else, received nothing. Write [{ cidrs: ['203.0.113.10/32'], ports: [{ port: 443 }] }].`,
  ],
])('%s is refused', (_, registry, message) => {
  expect(refusalOf({ registry })).toBe(message);
});
