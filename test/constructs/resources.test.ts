/** @module Resources: defaults that fit what was given, and quantities as numbers and back. */
import { App, Chart, Size } from 'cdk8s';
import { type ContainerResources, Cpu } from 'cdk8s-plus-28';
import {
  checkCpu,
  checkSize,
  DEFAULT_RESOURCES,
  fillResources,
  quantity,
  quantityText,
  resolveResources,
  sizeQuantity,
} from '../../constructs/resources';

const owner = new Chart(new App(), 'shop');
const resolve = (given: unknown) =>
  resolveResources(owner, 'resources', given as ContainerResources);

describe('resolveResources', () => {
  test('nothing given: the defaults', () => {
    expect(resolve(undefined)).toBe(DEFAULT_RESOURCES);
    expect(resolve({})).toEqual(DEFAULT_RESOURCES);
  });
  test('everything given', () => {
    expect(
      resolve({
        cpu: { request: Cpu.millis(100), limit: Cpu.units(2) },
        memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) },
        ephemeralStorage: { request: Size.mebibytes(1), limit: Size.mebibytes(1) },
      }),
    ).toEqual({
      requests: { cpu: '100m', memory: '1024Mi', 'ephemeral-storage': '1Mi' },
      limits: { cpu: '2', memory: '2048Mi', 'ephemeral-storage': '1Mi' },
    });
  });
  test('a default moves so that no request is above its limit', () => {
    const { requests, limits } = resolve({
      cpu: { request: Cpu.units(4) },
      memory: { limit: Size.mebibytes(16) },
    });
    expect([requests.cpu, limits.cpu]).toEqual(['4', '4']);
    expect([requests.memory, limits.memory]).toEqual(['16Mi', '16Mi']);
  });
});

test.each<[string, unknown, string]>([
  [
    'text',
    '1 CPU',
    `'resources' of Chart 'shop' must be { cpu, memory, ephemeralStorage }, each { request, limit }, received '1 CPU'. Write { cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) } }.`,
  ],
  [
    'null',
    null,
    `'resources' of Chart 'shop' must be { cpu, memory, ephemeralStorage }, each { request, limit }, received null. Write { cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) } }.`,
  ],
  [
    'an unknown resource',
    { gpu: {} },
    `'resources.gpu' of Chart 'shop' is not a known prop, received {}. Did you mean 'resources.cpu'.`,
  ],
  [
    'an unknown end',
    { cpu: { max: 1 } },
    `'resources.cpu.max' of Chart 'shop' is not a known prop, received 1. Known are 'request', 'limit'.`,
  ],
  [
    'CPU as null',
    { cpu: null },
    `'resources.cpu' of Chart 'shop' must be an object, received null. Write { request: … }.`,
  ],
  [
    'CPU as text',
    { cpu: { request: '1' } },
    `'resources.cpu.request' of Chart 'shop' must be a Cpu, received '1'. Write Cpu.millis(250).`,
  ],
  [
    'negative CPU',
    { cpu: { limit: Cpu.millis(-5) } },
    `'resources.cpu.limit' of Chart 'shop' must be a number of at least 0, received '-5m'. Write Cpu.millis(250).`,
  ],
  [
    'CPU that is no number',
    { cpu: { limit: Cpu.units(Number.NaN) } },
    `'resources.cpu.limit' of Chart 'shop' must be a number of at least 0, received 'NaN'. Write Cpu.millis(250).`,
  ],
  [
    'a limit of 0',
    { memory: { limit: Size.mebibytes(0) } },
    `'resources.memory.limit' of Chart 'shop' must be above 0, which Kubernetes reads as no limit, received '0Mi'. Give the most that the container may use, or leave it out for the default.`,
  ],
  [
    'memory as text',
    { memory: { request: '1Gi' } },
    `'resources.memory.request' of Chart 'shop' must be a Size, received '1Gi'. Write Size.mebibytes(128).`,
  ],
  [
    'half a kibibyte',
    { memory: { request: Size.kibibytes(0.5) } },
    `'resources.memory.request' of Chart 'shop' must be a whole number of kibibytes, received '0.5Ki'. Write Size.mebibytes(128).`,
  ],
  [
    'CPU request above limit',
    { cpu: { request: Cpu.units(2), limit: Cpu.millis(500) } },
    `'resources.cpu.request' of Chart 'shop' must not be above the limit of 500m, received '2'. Raise the limit or lower the request.`,
  ],
  [
    'disk request above limit',
    { ephemeralStorage: { request: Size.gibibytes(2), limit: Size.mebibytes(1) } },
    `'resources.ephemeralStorage.request' of Chart 'shop' must not be above the limit of 1Mi, received '2048Mi'. Raise the limit or lower the request.`,
  ],
])('refused: %s', (_, given, message) => {
  expect(() => resolve(given)).toThrow(new Error(message));
});

test('checkCpu and checkSize give quantities, and nothing for nothing', () => {
  expect(checkCpu(owner, 'cpu', undefined)).toBeUndefined();
  expect(checkSize(owner, 'memory', undefined)).toBeUndefined();
  expect(checkSize(owner, 'memory', Size.kibibytes(1536))).toBe('1536Ki');
  expect(sizeQuantity(Size.gibibytes(1))).toBe('1024Mi');
});

test('fillResources keeps what is there and fills the rest up', () => {
  expect(
    fillResources({ requests: { memory: '1Gi', 'example.com/gpu': 1 }, limits: { cpu: '10m' } }),
  ).toEqual({
    requests: { memory: '1Gi', 'example.com/gpu': 1, cpu: '10m', 'ephemeral-storage': '64Mi' },
    limits: { cpu: '10m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
  });
  expect(fillResources(undefined)).toEqual(DEFAULT_RESOURCES);
});

test.each([
  ['500m', 0.5],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['1.', 1],
  [' 64Mi ', 67_108_864],
  ['2G', 2e9],
  ['1e3', 1000],
  ['1E', 1e18],
  ['100u', 1e-4],
  ['-1', -1],
  [3, 3],
])('quantity %p is %p', (text, value) => {
  expect(quantity(text)).toBeCloseTo(value, 9);
});
test.each(['', 'x', '1 Gi', '1GiB', '1e', '--1'])('%p is no quantity', (text) => {
  expect(quantity(text)).toBeNaN();
});

test.each([
  ['limits.cpu', 0.25, '250m'],
  ['limits.cpu', 0.28, '280m'],
  ['limits.cpu', 1.1, '1100m'],
  ['limits.cpu', 2, '2'],
  ['cpu', 0.0001, '1m'],
  ['memory', 2 ** 30, '1Gi'],
  ['limits.memory', 1536 * 2 ** 20, '1536Mi'],
  ['requests.storage', 2 ** 41, '2Ti'],
  ['ephemeral-storage', 1024, '1Ki'],
  ['memory', 1, '1'],
  ['memory', 0, '0'],
  ['pods', 12, '12'],
])('%s %d is written as %s', (resource, amount, text) => {
  expect(quantityText(resource, amount)).toBe(text);
});
