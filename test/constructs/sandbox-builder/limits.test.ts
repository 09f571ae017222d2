/** @module Limits: from props to the ConfigMap and back to numbers. */
import { Duration, Size, Testing } from 'cdk8s';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import {
  limitsData,
  parseLimits,
  SANDBOX_LIMITS,
} from '../../../constructs/sandbox-builder/limits';
import { OWNER, refusalOf } from './refusal';

test('the keys that the control plane reads', () => {
  const { limits } = new SandboxBuilder(Testing.app(), 'ai', {
    tenant: 'acme',
    pools: [{ runtime: 'python', image: 'python:3.12', replicas: 3 }],
  });
  expect(limitsData(limits)).toEqual({
    'max-code-bytes': '1048576',
    'max-output-bytes': '1048576',
    'max-timeout-seconds': '300',
    'max-concurrent-executions': '3',
    'sandbox-ttl-seconds': '3600',
    'max-context-bytes': '67108864',
    'build-timeout-seconds': '900',
    'max-concurrent-builds': '2',
  });
  expect(SANDBOX_LIMITS.configMap).toBe('hks-sandbox-limits');
  expect(parseLimits(limitsData(limits))).toEqual(limits);
});

test.each([
  ['a missing key', { 'max-code-bytes': undefined }, 'nothing'],
  ['a text', { 'max-code-bytes': '1Mi' }, "'1Mi'"],
  ['zero', { 'max-code-bytes': '0' }, "'0'"],
])('a ConfigMap with %s is not read', (_, wrong, received) => {
  const { limits } = new SandboxBuilder(Testing.app(), 'ai', { tenant: 'acme' });
  expect(() => parseLimits({ ...limitsData(limits), ...wrong })).toThrow(
    `'max-code-bytes' of ConfigMap 'hks-sandbox-limits' must be a whole number above 0, received ${received}. Apply the tree of the SandboxBuilder again.`,
  );
});

const SIZE = 'must be whole bytes, above 0 and at most 1024 GiB';
const SECONDS = 'must be whole seconds from 1 to 86400';

test.each([
  [
    'an unknown limit',
    { cpu: 1 },
    `'limits.cpu' ${OWNER} is not a known prop, received 1. Known are 'code', 'output', 'timeout', 'concurrency', 'sandboxTtl', 'context', 'concurrentBuilds'.`,
  ],
  [
    'code',
    { code: 1024 },
    `'limits.code' ${OWNER} must be a Size, received 1024. Write Size.mebibytes(1).`,
  ],
  [
    'output',
    { output: Size.kibibytes(0) },
    `'limits.output' ${OWNER} ${SIZE}, received '0 bytes'. Write Size.mebibytes(1).`,
  ],
  [
    'context',
    { context: Size.gibibytes(2048) },
    `'limits.context' ${OWNER} ${SIZE}, received '2199023255552 bytes'. Write Size.mebibytes(1).`,
  ],
  [
    'timeout',
    { timeout: Duration.millis(1500) },
    `'limits.timeout' ${OWNER} ${SECONDS}, received '1.5 s'. Write Duration.minutes(5).`,
  ],
  [
    'timeout as text',
    { timeout: '5m' },
    `'limits.timeout' ${OWNER} must be a Duration, received '5m'. Write Duration.minutes(5).`,
  ],
  [
    'sandboxTtl',
    { sandboxTtl: Duration.days(2) },
    `'limits.sandboxTtl' ${OWNER} ${SECONDS}, received '172800 s'. Write Duration.minutes(5).`,
  ],
  [
    'sandboxTtl below timeout',
    { sandboxTtl: Duration.seconds(60) },
    `'limits.sandboxTtl' ${OWNER} must not be below the longest run of 300 s, received '60 s'. Raise 'limits.sandboxTtl' or lower 'limits.timeout'.`,
  ],
  [
    'concurrency',
    { concurrency: 0 },
    `'limits.concurrency' ${OWNER} must be a whole number from 1 to 10000, received 0. Give a number in that range, or leave 'limits.concurrency' out for the default.`,
  ],
  [
    'concurrentBuilds',
    { concurrentBuilds: 1.5 },
    `'limits.concurrentBuilds' ${OWNER} must be a whole number from 1 to 100, received 1.5. Give a number in that range, or leave 'limits.concurrentBuilds' out for the default.`,
  ],
])('%s is refused', (_, limits, message) => {
  expect(refusalOf({ limits })).toBe(message);
});
