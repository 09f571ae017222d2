/** @module Schedules as users write them: presets, expressions, variables, zones, jitter, and each refusal. */
import { Duration } from 'cdk8s';
import { Schedule } from '../../constructs/schedule';

const FROM = new Date('2026-03-27T00:00:00Z');
/** A reference to a variable, as users write it in single quotes. */
const ref = (name: string) => `\${${name}}`;
const iso = (dates: readonly Date[]) => dates.map((date) => date.toISOString());
/** A caller in JavaScript, or one who went past the types. */
const past = <T>(value: unknown) => value as T;

const FIVE_FIELDS = `Write five fields, minute, hour, day of month, month and day of week (0 to 6, Sunday is 0), like '0 3 * * *', or '@daily'.`;

describe('presets', () => {
  test('by default begin at midnight UTC', () => {
    const all = [Schedule.hourly(), Schedule.daily(), Schedule.weekly(), Schedule.monthly()];
    expect(all.map(({ expression, timeZone, preset }) => [preset, expression, timeZone])).toEqual([
      ['hourly', '0 * * * *', 'Etc/UTC'],
      ['daily', '0 0 * * *', 'Etc/UTC'],
      ['weekly', '0 0 * * 0', 'Etc/UTC'],
      ['monthly', '0 0 1 * *', 'Etc/UTC'],
    ]);
  });

  test('take their times', () => {
    expect(Schedule.hourly({ minute: 17 }).expression).toBe('17 * * * *');
    expect(Schedule.daily({ minute: 30, hour: 3 }).expression).toBe('30 3 * * *');
    expect(Schedule.weekly({ minute: 5, hour: 4, weekday: 'sat' }).expression).toBe('5 4 * * 6');
    expect(Schedule.monthly({ minute: 1, hour: 2, day: 28 }).expression).toBe('1 2 28 * *');
    const zoned = Schedule.daily({ timeZone: 'Asia/Kolkata' });
    expect(iso(zoned.next(1, FROM))).toEqual(['2026-03-27T18:30:00.000Z']);
  });

  test.each<[string, () => Schedule, string]>([
    [
      'minute',
      () => Schedule.hourly({ minute: 60 }),
      `'minute' of Schedule.hourly must be a whole number from 0 to 59, received 60. Give a number in that range, or leave 'minute' out for the default.`,
    ],
    [
      'hour',
      () => Schedule.daily({ hour: 24 }),
      `'hour' of Schedule.daily must be a whole number from 0 to 23, received 24. Give a number in that range, or leave 'hour' out for the default.`,
    ],
    [
      'weekday',
      () => Schedule.weekly({ weekday: past('fr') }),
      `'weekday' of Schedule.weekly must be one of 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', received 'fr'. Did you mean 'fri'.`,
    ],
    [
      'day',
      () => Schedule.monthly({ day: 0 }),
      `'day' of Schedule.monthly must be a whole number from 1 to 28, received 0. Give a number in that range, or leave 'day' out for the default.`,
    ],
    [
      'a day that some months lack',
      () => Schedule.monthly({ day: 31 }),
      `'day' of Schedule.monthly must be a day that every month has, from 1 to 28, received 31. For the months that have it alone, write Schedule.cron('0 0 31 * *').`,
    ],
    [
      'a prop that makes no sense in the preset',
      () => Schedule.hourly(past({ hour: 3 })),
      `'hour' of Schedule.hourly is not a known prop, received 3. Known are 'minute', 'timeZone', 'jitter'.`,
    ],
    [
      'a misspelt prop',
      () => Schedule.daily(past({ timezone: 'Europe/Berlin' })),
      `'timezone' of Schedule.daily is not a known prop, received 'Europe/Berlin'. Did you mean 'timeZone'.`,
    ],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});

describe('expressions', () => {
  const refused = (expression: unknown, reason: string, received: string) =>
    expect(() => Schedule.cron(past(expression))).toThrow(
      new Error(
        `'expression' of Schedule.cron must be a schedule that Kubernetes takes (${reason}), received ${received}. ${FIVE_FIELDS}`,
      ),
    );

  test('of six fields are refused', () =>
    refused('0 0 3 * * *', 'expected exactly 5 fields, found 6: [0 0 3 * * *]', `'0 0 3 * * *'`));
  test('of four fields are refused', () =>
    refused('0 3 * *', 'expected exactly 5 fields, found 4: [0 3 * *]', `'0 3 * *'`));
  test('that are empty are refused', () => refused('', 'empty spec string', `''`));
  test('that are no strings are refused', () => refused(5, 'not a string', '5'));
  test('with weekday 7 are refused', () =>
    refused('0 3 * * 7', 'end of range (7) above maximum (6): 7', `'0 3 * * 7'`));
  test('with a zone inside are refused', () =>
    refused(
      'TZ=UTC 0 3 * * *',
      'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      `'TZ=UTC 0 3 * * *'`,
    ));
  test('with an unknown descriptor are refused', () =>
    refused('@reboot', 'unrecognized descriptor: @reboot', `'@reboot'`));
  test('that are very long are refused in a few words', () => {
    const long = '9'.repeat(1000);
    const reason = `failed to parse int from ${long}`.slice(0, 160);
    refused(`${long} * * * *`, `${reason}…`, `'${long.slice(0, 159)}…`);
  });
  test('with a duration that Go does not know are refused', () =>
    refused(
      '@every 1d',
      'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"',
      `'@every 1d'`,
    ));

  test.each(['0 0 31 2 *', '0 0 30 2 ?', '0 0 31 4,6,9,11 *', ', * * * *', '0 0 , * *'])(
    'that never come are refused: %s',
    (expression) => {
      expect(() => Schedule.cron(expression)).toThrow(
        new Error(
          `'expression' of Schedule.cron must name a time that comes, and no calendar has this one, received '${expression}'. Choose a day that one of the months has, and at least one value in each field.`,
        ),
      );
    },
  );

  test.each(['0 0 29 2 *', '0 0 31 2 1', '0 0 31 1,2 *', '0 0 , * 1'])(
    'that come now and then are accepted: %s',
    (expression) => expect(Schedule.cron(expression).next(1, FROM)).toHaveLength(1),
  );

  test('keep what was written', () => {
    expect(Schedule.cron('@daily').expression).toBe('@daily');
    expect(Schedule.cron('0 3 * * MON-FRI').expression).toBe('0 3 * * MON-FRI');
    expect(Schedule.cron('@daily').preset).toBeUndefined();
  });

  test('refuse what cron does not know', () => {
    expect(() => Schedule.cron('@daily', past({ hour: 3 }))).toThrow(
      new Error(
        `'hour' of Schedule.cron is not a known prop, received 3. Known are 'timeZone', 'jitter', 'env'.`,
      ),
    );
  });
});

describe('@every', () => {
  const schedule = Schedule.cron('@every 1h30m0.9s', { timeZone: 'Europe/Berlin' });

  test('counts from where one begins', () => {
    expect(schedule.every?.toSeconds()).toBe(5400);
    const from = new Date('2026-03-27T00:00:00.250Z');
    expect(iso(schedule.next(2, from))).toEqual([
      '2026-03-27T01:30:00.000Z',
      '2026-03-27T03:00:00.000Z',
    ]);
    expect(iso(schedule.next(1, from))).toEqual(['2026-03-27T01:30:00.000Z']);
    expect(iso(schedule.previous(2, FROM))).toEqual([
      '2026-03-26T22:30:00.000Z',
      '2026-03-26T21:00:00.000Z',
    ]);
    expect(schedule.occurrences(FROM, new Date('2026-03-27T06:00:00Z'))).toHaveLength(3);
  });

  test('is its own gap and description, and stays as it is', () => {
    expect(schedule.shortestGap().toSeconds()).toBe(5400);
    expect(schedule.describe()).toBe(
      `Every 1 hour 30 minutes, counted from the CronJob's creation`,
    );
    expect(schedule.resolve('shop/nightly')).toBe(schedule);
    expect(Schedule.cron('@every -5m').every?.toSeconds()).toBe(1);
  });

  test('cannot be moved', () => {
    expect(() => Schedule.cron('@every 5m', { jitter: Duration.minutes(1) })).toThrow(
      new Error(
        `'jitter' of Schedule.cron must be left out of '@every 5m', whose runs are counted from each CronJob's creation, received '1 minute'. Leave 'jitter' out, or write a cron expression such as '*/5 * * * *'.`,
      ),
    );
  });
});

describe('time zones', () => {
  test.each(['UTC', 'Etc/UTC', 'US/Pacific', 'Asia/Calcutta', 'GMT+0', 'EST5EDT', 'Factory'])(
    '%s is one',
    (timeZone) => expect(Schedule.daily({ timeZone }).timeZone).toBe(timeZone),
  );

  test.each<[unknown, string, string]>([
    ['Europe/Berln', `'Europe/Berln'`, `Did you mean 'Europe/Berlin'.`],
    ['europe/berlin', `'europe/berlin'`, `Did you mean 'Europe/Berlin'.`],
    ['Local', `'Local'`, `Write one like 'Etc/UTC' or 'Europe/Berlin'.`],
    ['+02:00', `'+02:00'`, `Write one like 'Etc/UTC' or 'Europe/Berlin'.`],
    ['', `''`, `Write one like 'Etc/UTC' or 'Europe/Berlin'.`],
    [2, '2', `Write one like 'Etc/UTC' or 'Europe/Berlin'.`],
    [null, 'null', `Write one like 'Etc/UTC' or 'Europe/Berlin'.`],
  ])('%j is refused', (timeZone, received, fix) => {
    expect(() => Schedule.daily({ timeZone: past(timeZone) })).toThrow(
      new Error(
        `'timeZone' of Schedule.daily must be the name of a time zone of the IANA database, in its own upper and lower case, received ${received}. ${fix}`,
      ),
    );
  });
});

describe('variables', () => {
  const env = { BACKUP_SCHEDULE: ' 15 4 * * * ', EMPTY: '', HOUR: '7' };

  test('give the whole expression', () => {
    expect(Schedule.fromEnv('BACKUP_SCHEDULE', { env }).expression).toBe('15 4 * * *');
    const other = Schedule.fromEnv('MISSING', { env, default: '@daily', timeZone: 'Asia/Tokyo' });
    expect([other.expression, other.timeZone]).toEqual(['@daily', 'Asia/Tokyo']);
    expect(Schedule.fromEnv('EMPTY', { env, default: '@hourly' }).expression).toBe('@hourly');
    const nested = Schedule.fromEnv('EMPTY', { env, default: `0 ${ref('HOUR')} * * *` });
    expect(nested.expression).toBe('0 7 * * *');
  });

  test('stand in expressions', () => {
    expect(Schedule.cron(ref('BACKUP_SCHEDULE:-0 3 * * *'), { env }).expression).toBe('15 4 * * *');
    expect(Schedule.cron(ref('EMPTY:-0 3 * * *'), { env }).expression).toBe('0 3 * * *');
    expect(Schedule.cron(`0 ${ref('HOUR')} * * ${ref('DAY:-1')}`, { env }).expression).toBe(
      '0 7 * * 1',
    );
  });

  test('are those of the object alone, and may be numbers', () => {
    const numbers = past<Record<string, string>>({ HOUR: 7 });
    expect(Schedule.cron(`0 ${ref('HOUR')} * * *`, { env: numbers }).expression).toBe('0 7 * * *');
    expect(Schedule.cron(ref('constructor:-@daily'), { env }).expression).toBe('@daily');
  });

  test('come from the process', () => {
    process.env.HKS_TEST_SCHEDULE = '1 2 3 * *';
    expect(Schedule.fromEnv('HKS_TEST_SCHEDULE').expression).toBe('1 2 3 * *');
    expect(Schedule.cron(ref('HKS_TEST_SCHEDULE')).expression).toBe('1 2 3 * *');
    delete process.env.HKS_TEST_SCHEDULE;
    expect(Schedule.cron('@daily', { env: {} }).expression).toBe('@daily');
  });

  test.each<[string, () => Schedule, string]>([
    [
      'that are unset',
      () => Schedule.fromEnv('NIGHTLY', { env }),
      `'expression' of Schedule.fromEnv needs the environment variable NIGHTLY, which is unset or empty, received '\${NIGHTLY}'. Set NIGHTLY, or give a default: '\${NIGHTLY:-0 3 * * *}'.`,
    ],
    [
      'that are unset in an expression',
      () => Schedule.cron(`0 ${ref('H')} * * *`, { env }),
      `'expression' of Schedule.cron needs the environment variable H, which is unset or empty, received '0 \${H} * * *'. Set H, or give a default: '\${H:-0 3 * * *}'.`,
    ],
    [
      'written in another way',
      () => Schedule.cron('$BACKUP_SCHEDULE', { env }),
      `'expression' of Schedule.cron must refer to environment variables as \${NAME} or \${NAME:-default}, received '$BACKUP_SCHEDULE'. Write it like '\${BACKUP_SCHEDULE:-0 3 * * *}'.`,
    ],
    [
      'of a wrong name',
      () => Schedule.fromEnv('BACKUP-SCHEDULE', { env }),
      `'name' of Schedule.fromEnv must be the name of an environment variable: letters, digits and '_', not beginning with a digit, received 'BACKUP-SCHEDULE'. Write a name like 'BACKUP_SCHEDULE'.`,
    ],
    [
      'with a default that is no string',
      () => Schedule.fromEnv('NIGHTLY', { env, default: past(3) }),
      `'default' of Schedule.fromEnv must be a schedule that Kubernetes takes (not a string), received 3. ${FIVE_FIELDS}`,
    ],
    [
      'whose value is no schedule',
      () => Schedule.fromEnv('HOUR', { env }),
      `'expression' of Schedule.fromEnv('HOUR') must be a schedule that Kubernetes takes (expected exactly 5 fields, found 1: [7]), received '7'. ${FIVE_FIELDS}`,
    ],
    [
      'from no object',
      () => Schedule.cron('@daily', { env: past('HOUR=7') }),
      `'env' of Schedule.cron must be an object, received 'HOUR=7'. Write { BACKUP_SCHEDULE: '0 3 * * *' }.`,
    ],
  ])('%s are refused', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});

describe('runs', () => {
  const berlin = Schedule.cron('30 2 * * *', { timeZone: 'Europe/Berlin' });

  test('are left out where the clock leaves them out', () => {
    expect(iso(berlin.next(3, FROM))).toEqual([
      '2026-03-27T01:30:00.000Z',
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('come twice where the clock comes twice, and so the gap is an hour', () => {
    const twice = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'];
    expect(iso(berlin.next(2, new Date('2026-10-24T12:00:00Z')))).toEqual(twice);
    expect(berlin.shortestGap().toSeconds()).toBe(3600);
  });

  test('before a time are the latest first', () => {
    expect(iso(berlin.previous(3, new Date('2026-03-30T12:00:00Z')))).toEqual([
      '2026-03-30T00:30:00.000Z',
      '2026-03-28T01:30:00.000Z',
      '2026-03-27T01:30:00.000Z',
    ]);
    const leap = Schedule.cron('0 0 29 2 *');
    expect(iso(leap.previous(3, new Date('2107-01-01T00:00:00Z')))).toEqual([
      '2104-02-29T00:00:00.000Z',
      '2096-02-29T00:00:00.000Z',
      '2092-02-29T00:00:00.000Z',
    ]);
  });

  test('end where Kubernetes finds none within five years', () => {
    const leap = Schedule.cron('0 0 29 2 *');
    expect(iso(leap.next(5, new Date('2092-01-01T00:00:00Z')))).toEqual([
      '2092-02-29T00:00:00.000Z',
      '2096-02-29T00:00:00.000Z',
    ]);
    expect(leap.next(1, new Date('2096-03-01T00:00:00Z'))).toEqual([]);
  });

  test('of a span hold its beginning and not its end', () => {
    const hourly = Schedule.hourly();
    const runs = hourly.occurrences(FROM, new Date('2026-03-27T03:00:00Z'));
    expect(iso(runs).map((text) => text.slice(11, 16))).toEqual(['00:00', '01:00', '02:00']);
    expect(hourly.occurrences(FROM, FROM)).toEqual([]);
    expect(hourly.next(0, FROM)).toEqual([]);
    expect(hourly.previous(0, FROM)).toEqual([]);
  });

  test('go on past a day that a zone left out', () => {
    const samoa = Schedule.cron('0 12 31 * *', { timeZone: 'Pacific/Apia' });
    expect(iso(samoa.next(1, new Date('2011-12-28T00:00:00Z')))).toEqual([
      '2011-12-30T22:00:00.000Z',
    ]);
  });

  test('of every minute in 35 days are found fast', () => {
    const schedule = Schedule.cron('* * * * *', { timeZone: 'Europe/Berlin' });
    const to = new Date(FROM.getTime() + 35 * 86_400_000);
    const before = process.cpuUsage().user;
    expect(schedule.occurrences(FROM, to)).toHaveLength(50_400);
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
  });

  test.each<[string, () => unknown, string]>([
    [
      'count',
      () => berlin.next(-1, FROM),
      `'count' of Schedule.next must be a whole number from 0 to 10000000, received -1. Give a number in that range, or leave 'count' out for the default.`,
    ],
    [
      'from',
      () => berlin.previous(1, past('2026-01-01')),
      `'from' of Schedule.previous must be a Date from 1970 to 9999, received '2026-01-01'. Write new Date('2026-01-01T00:00:00Z').`,
    ],
    [
      'to',
      () => berlin.occurrences(FROM, new Date('never')),
      `'to' of Schedule.occurrences must be a Date from 1970 to 9999, received 'Invalid Date'. Write new Date('2026-01-01T00:00:00Z').`,
    ],
    [
      'from that is long past',
      () => berlin.next(1, new Date('1969-12-31T00:00:00Z')),
      `'from' of Schedule.next must be a Date from 1970 to 9999, received "1969-12-31T00:00:00.000Z". Write new Date('2026-01-01T00:00:00Z').`,
    ],
  ])('refuse a wrong %s', (_, search, message) => {
    expect(search).toThrow(new Error(message));
  });
});

test.each<[string, number]>([
  ['* * * * *', 60],
  ['*/7 * * * *', 240],
  ['0 9-17 * * 1-5', 3600],
  ['0 0 * * 1', 604_800],
  ['0 0 1 * *', 28 * 86_400],
  ['0 0 1,31 * *', 86_400],
  ['0 0 29 2 *', 1461 * 86_400],
  ['0,58 0,23 1,31 * *', 120],
])('the shortest gap of %s is %d s', (expression, seconds) => {
  expect(Schedule.cron(expression).shortestGap().toSeconds()).toBe(seconds);
});

test.each<[string, string]>([
  ['0 3 * * *', 'At 03:00, in the time zone Etc/UTC'],
  ['@weekly', 'At 00:00, only on Sunday, in the time zone Etc/UTC'],
  ['0 0 ? * ?', 'At 00:00, in the time zone Etc/UTC'],
  ['0 0 1-31 * 1', 'At 00:00, in the time zone Etc/UTC'],
  ['0 9 * * mon-fri', 'At 09:00, Monday through Friday, in the time zone Etc/UTC'],
  ['1,,2 * * * *', 'At 1 and 2 minutes past the hour, in the time zone Etc/UTC'],
  ['*/100 * * * *', 'Every hour, in the time zone Etc/UTC'],
  ['0 0 13 * 5', 'At 00:00, on day 13 of the month, and on Friday, in the time zone Etc/UTC'],
  ['@every 26h0m1s', `Every 1 day 2 hours 1 second, counted from the CronJob's creation`],
])('%s reads: %s', (expression, text) => {
  expect(Schedule.cron(expression).describe()).toBe(text);
});

test('a zone and jitter are described', () => {
  const jitter = Duration.minutes(15);
  expect(Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin', jitter }).describe()).toBe(
    'At 03:00, in the time zone Europe/Berlin, moved by up to 15 minutes',
  );
});
