/** @module What a caller in JavaScript may hand in: every prop, each time with a value of another kind, is refused in the one form or taken. */
import { Duration } from 'cdk8s';
import { Schedule } from '../../../constructs/schedule';
import { makeFunction } from './fixture';

const PROPS = [
  ...['image', 'runtime', 'handler', 'command', 'args', 'env', 'envFrom', 'volumes', 'resources'],
  ...['imagePullSecrets', 'identity', 'serviceAccountName', 'port', 'protocol', 'probes', 'pod'],
  ...['triggers', 'scale', 'concurrency', 'timeout', 'progressDeadline', 'traffic'],
  ...[
    'rolloutDuration',
    'isolation',
    'queueProxy',
    'publishesTo',
    'egress',
    'features',
    'metadata',
  ],
];
const VALUES = [
  null,
  '',
  'x',
  -1,
  1.5,
  true,
  [],
  [null],
  ['x'],
  [1],
  {},
  { x: 1 },
  () => 1,
  Duration.hours(5),
  Number.NaN,
];
const TRIGGER: Record<string, readonly string[]> = {
  http: ['visibility', 'domains'],
  schedule: [
    'name',
    'schedule',
    'method',
    'path',
    'payload',
    'headers',
    'token',
    'retries',
    'timeout',
    'suspend',
    'image',
  ],
  event: ['name', 'broker', 'attributes', 'filters', 'path', 'delivery'],
};

function outcome(props: object): string {
  try {
    makeFunction(props as never);
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
}

const REFUSAL = /^'[^']+' of \w+ '[^']+' .+, received .+\. .+\.$/s;

test.each(PROPS)(`'%s' of another kind`, (prop) => {
  const outcomes = VALUES.map((value) => outcome({ [prop]: value }));
  expect(outcomes.filter((text) => text !== 'taken' && !REFUSAL.test(text))).toEqual([]);
  expect(outcomes.filter((text) => text === 'taken').length).toBeLessThan(VALUES.length - 5);
});

describe.each(Object.keys(TRIGGER))('a trigger of the type %s', (type) => {
  test.each(TRIGGER[type] ?? [])(`'%s' of another kind`, (prop) => {
    const base = { type, schedule: Schedule.daily() };
    const { schedule, ...plain } = base;
    const trigger = type === 'schedule' ? { ...plain, schedule } : plain;
    const outcomes = VALUES.map((value) => outcome({ triggers: [{ ...trigger, [prop]: value }] }));
    expect(outcomes.filter((text) => text !== 'taken' && !REFUSAL.test(text))).toEqual([]);
    expect(outcomes.filter((text) => text === 'taken').length).toBeLessThan(VALUES.length - 5);
  });
});
