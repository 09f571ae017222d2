/** @module A build from the template: what is filled in, and what is refused before anything runs. */
import { Testing } from 'cdk8s';
import type { PodSpec } from '../../../constructs/manifest';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { type BuildRequest, buildJob } from '../../../constructs/sandbox-builder/build-job';

const HOST = 'registry.hks-system.svc.cluster.local';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const REQUEST: BuildRequest = {
  name: 'api-1',
  destination: `${HOST}:5000/acme/api:1.0.0`,
  context: { repository: 'acme/contexts', digest: DIGEST },
  hosts: { [HOST]: '10.43.0.20' },
};

const { buildTemplate, buildTemplateConfigMap } = new SandboxBuilder(Testing.app(), 'ai', {
  tenant: 'acme',
});

function containerOf(request: Partial<BuildRequest>, name: string) {
  const pod = buildJob(buildTemplate, { ...REQUEST, ...request }).spec.template.spec as PodSpec;
  return [...(pod.initContainers ?? []), ...pod.containers].find((item) => item.name === name);
}

function refusal(request: object): string {
  try {
    buildJob(buildTemplate, { ...REQUEST, ...request } as BuildRequest);
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}

test('the ConfigMap and the construct give the same Job', () => {
  const text = buildTemplateConfigMap.toJson().data['job.json'];
  expect(buildJob(text, REQUEST)).toEqual(
    JSON.parse(JSON.stringify(buildJob(buildTemplate, REQUEST))),
  );
  expect(buildJob(text, REQUEST)).toMatchSnapshot();
});

test('the template stays as it is', () => {
  const before = JSON.stringify(buildTemplate);
  buildJob(buildTemplate, REQUEST);
  expect(JSON.stringify(buildTemplate)).toBe(before);
});

test('Dockerfile, stage and arguments go to the build alone', () => {
  const request = {
    dockerfile: 'docker/Dockerfile.api',
    target: 'runtime',
    buildArgs: { VERSION: '1.0.0 $(id)', EMPTY: '' },
  };
  expect(containerOf(request, 'build')?.args?.slice(-5)).toEqual([
    '--dockerfile=docker/Dockerfile.api',
    `--destination=${REQUEST.destination}`,
    '--target=runtime',
    '--build-arg=VERSION=1.0.0 $$(id)',
    '--build-arg=EMPTY=',
  ]);
  expect(JSON.stringify(containerOf(request, 'push'))).not.toContain('VERSION');
});

test('a shorter deadline holds, and the longest IPv6 address is one', () => {
  const job = buildJob(buildTemplate, {
    ...REQUEST,
    timeoutSeconds: 60,
    hosts: { [HOST]: 'fd00::20' },
  });
  expect(job.spec.activeDeadlineSeconds).toBe(60);
  expect(job.spec.template.spec?.hostAliases).toEqual([{ ip: 'fd00::20', hostnames: [HOST] }]);
});

test('a registry that is an address needs no hosts', () => {
  const { buildTemplate: template } = new SandboxBuilder(Testing.app(), 'ai', {
    tenant: 'acme',
    registry: { host: '203.0.113.5:5000', egress: [{ cidrs: ['203.0.113.5/32'] }] },
  });
  const destination = '203.0.113.5:5000/acme/api:1';
  const job = buildJob(template, { ...REQUEST, destination, hosts: undefined });
  expect(job.spec.template.spec?.hostAliases).toBeUndefined();
});

const DESTINATION = `must be a repository of the tenant with a tag: '${HOST}:5000/acme/NAME:TAG'`;
const DESTINATION_FIX = `Write '${HOST}:5000/acme/api:1.0.0'.`;
const IN_CONTEXT = `must be a path in the context, without '..' and not absolute`;
const OF = "of build 'api-1'";

test.each([
  [
    'an unknown field',
    { image: 'x' },
    `'image' ${OF} is not a known prop, received 'x'. Known are 'name', 'destination', 'context', 'dockerfile', 'target', 'buildArgs', 'hosts', 'timeoutSeconds'.`,
  ],
  [
    'name',
    { name: 'API' },
    `'name' of build 'API' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'API'. Use a name like 'nightly-report'.`,
  ],
  [
    'a destination of another tenant',
    { destination: `${HOST}:5000/other/api:1` },
    `'destination' ${OF} ${DESTINATION}, received '${HOST}:5000/other/api:1'. ${DESTINATION_FIX}`,
  ],
  [
    'a destination that climbs out',
    { destination: `${HOST}:5000/acme/../other/api:1` },
    `'destination' ${OF} ${DESTINATION}, received '${HOST}:5000/acme/../other/api:1'. ${DESTINATION_FIX}`,
  ],
  [
    'a destination without a tag',
    { destination: `${HOST}:5000/acme/api` },
    `'destination' ${OF} ${DESTINATION}, received '${HOST}:5000/acme/api'. ${DESTINATION_FIX}`,
  ],
  [
    'no destination',
    { destination: undefined },
    `'destination' ${OF} ${DESTINATION}, received nothing. ${DESTINATION_FIX}`,
  ],
  [
    'a context of another tenant',
    { context: { repository: 'other/contexts', digest: DIGEST } },
    `'context.repository' ${OF} must be a repository of the tenant: 'acme/NAME', received 'other/contexts'. Write 'acme/contexts'.`,
  ],
  [
    'no context',
    { context: undefined },
    `'context.repository' ${OF} must be a repository of the tenant: 'acme/NAME', received nothing. Write 'acme/contexts'.`,
  ],
  [
    'a context by tag',
    { context: { repository: 'acme/contexts', digest: 'latest' } },
    `'context.digest' ${OF} must be sha256: and 64 hexadecimal digits, received 'latest'. Give the digest that the registry answered to the upload of the context.`,
  ],
  ...[
    '/etc/passwd',
    '../Dockerfile',
    'a//b',
    '--context=x',
    'https://example.com/Dockerfile',
    '',
  ].map((dockerfile): [string, object, string] => [
    `the Dockerfile '${dockerfile}'`,
    { dockerfile },
    `'dockerfile' ${OF} ${IN_CONTEXT}, received '${dockerfile}'. Write 'Dockerfile' or 'docker/Dockerfile.api'.`,
  ]),
  [
    'target',
    { target: 'a b' },
    `'target' ${OF} must be the name of a stage, received 'a b'. Write the word after AS in 'FROM … AS runtime'.`,
  ],
  [
    'the name of a build argument',
    { buildArgs: { 'A-B': 'x' } },
    `'buildArgs.A-B' ${OF} must be a string under the name of an ARG, received 'x'. Write { VERSION: '1.2.0' }.`,
  ],
  [
    'a build argument without its value',
    { buildArgs: { VERSION: undefined } },
    `'buildArgs.VERSION' ${OF} must be a string under the name of an ARG, received nothing. Write { VERSION: '1.2.0' }.`,
  ],
  [
    'build arguments that are no record',
    { buildArgs: null },
    `'buildArgs' ${OF} must be an object, received null. Write { VERSION: '1.2.0' }.`,
  ],
  [
    'hosts that are no record',
    { hosts: null },
    `'hosts' ${OF} must be an object, received null. Write { 'registry.example.com': '10.43.0.20' }.`,
  ],
  [
    'a secret as a build argument',
    { buildArgs: { NPM_TOKEN: 'abc' } },
    `'buildArgs.NPM_TOKEN' ${OF} must not be a secret, which would stay in the image's history, received '***'. Let the package proxy hold the credential.`,
  ],
  [
    'a host that builds may not reach',
    { hosts: { ...REQUEST.hosts, 'packages.example.org': '203.0.113.9' } },
    `'hosts.packages.example.org' ${OF} must be a host that builds may reach: ${HOST}, received '203.0.113.9'. Name it in 'build.packageProxies' of the SandboxBuilder, or leave it out.`,
  ],
  [
    'a host without its address',
    { hosts: undefined },
    `'hosts.${HOST}' ${OF} must be the IP address of that host, since a build has no DNS, received nothing. Write '10.43.0.20', the cluster IP of its Service.`,
  ],
  [
    'a host by another name',
    { hosts: { [HOST]: '10.43.0.256' } },
    `'hosts.${HOST}' ${OF} must be the IP address of that host, since a build has no DNS, received '10.43.0.256'. Write '10.43.0.20', the cluster IP of its Service.`,
  ],
  [
    'a deadline beyond the template',
    { timeoutSeconds: 901 },
    `'timeoutSeconds' ${OF} must be a whole number from 1 to 900, received 901. Give a number in that range, or leave 'timeoutSeconds' out for the default.`,
  ],
])('%s is refused', (_, request, message) => {
  expect(refusal(request)).toBe(message);
});

test('a request that is none and a template that is no JSON are refused', () => {
  expect(() => buildJob(buildTemplate, null as never)).toThrow(
    `'request' of buildJob must be an object, received null. Write { name: 'api-1', destination: '…', context: … }.`,
  );
  expect(() => buildJob('{', REQUEST)).toThrow(
    `'template' ${OF} must be the JSON of the ConfigMap 'hks-build-template', received '{'. Apply the tree of the SandboxBuilder again.`,
  );
});
