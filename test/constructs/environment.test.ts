/** @module Environment variables: references, merging with removal, and no secret as a literal. */
import { App, Chart } from 'cdk8s';
import { ConfigMap, EnvValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  type Environment,
  mergeEnvironment,
  refuseSecretLiteral,
  resolveEnvironment,
} from '../../constructs/environment';

const owner = new Chart(new App(), 'shop');
const resolve = (env: unknown) => resolveEnvironment(owner, 'env', env as Environment);

test('literals and references, in the order given', () => {
  const config = ConfigMap.fromConfigMapName(owner, 'config', 'shop');
  expect(
    resolve({
      B: '1',
      A: '',
      PASSWORD: { secret: 'db', key: 'password' },
      REGION: { configMap: 'shop', key: 'region' },
      PLUS: EnvValue.fromConfigMap(config, 'plus'),
      TEXT: EnvValue.fromValue('x'),
      GONE: null,
    }),
  ).toEqual([
    { name: 'B', value: '1' },
    { name: 'A', value: '' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    { name: 'REGION', valueFrom: { configMapKeyRef: { name: 'shop', key: 'region' } } },
    {
      name: 'PLUS',
      valueFrom: { configMapKeyRef: { name: 'shop', key: 'plus', optional: undefined } },
    },
    { name: 'TEXT', value: 'x' },
  ]);
  expect(resolveEnvironment(owner, 'env')).toEqual([]);
});

test('merging overrides in place, appends and removes', () => {
  const inherited = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
    { name: 'toString', value: '3' },
  ];
  expect(mergeEnvironment(owner, 'env', inherited, { C: '4', A: 'x', B: null })).toEqual([
    { name: 'A', value: 'x' },
    { name: 'toString', value: '3' },
    { name: 'C', value: '4' },
  ]);
  expect(mergeEnvironment(owner, 'env', inherited)).toEqual(inherited);
});

const VALUE_RULE =
  'must be a string, { secret, key }, { configMap, key }, an EnvValue, or null to remove it';

test.each<[string, unknown, string]>([
  [
    'a name with a space',
    { 'A B': 'x' },
    `'env.A B' of Chart 'shop' must have a name of letters, digits, '_', '-' and '.' that does not begin with a digit, received 'A B'. Use a name like 'LOG_LEVEL'.`,
  ],
  [
    'a name with a digit first',
    { '1A': 'x' },
    `'env.1A' of Chart 'shop' must have a name of letters, digits, '_', '-' and '.' that does not begin with a digit, received '1A'. Use a name like 'LOG_LEVEL'.`,
  ],
  [
    'a number',
    { PORT: 80 },
    `'env.PORT' of Chart 'shop' ${VALUE_RULE}, received 80. Write '80' in quotes if that is the value.`,
  ],
  [
    'nothing',
    { PORT: undefined },
    `'env.PORT' of Chart 'shop' ${VALUE_RULE}, received nothing. Write { secret: 'NAME', key: 'PORT' } for a key of a Secret.`,
  ],
  [
    'a reference without key',
    { PORT: { secret: 'db' } },
    `'env.PORT' of Chart 'shop' ${VALUE_RULE}, received {"secret":"db"}. Write { secret: 'NAME', key: 'PORT' } for a key of a Secret.`,
  ],
  [
    'a reference to an empty name',
    { PORT: { configMap: '', key: 'x' } },
    `'env.PORT' of Chart 'shop' ${VALUE_RULE}, received {"configMap":"","key":"x"}. Write { secret: 'NAME', key: 'PORT' } for a key of a Secret.`,
  ],
  [
    'a reference of two kinds',
    { PORT: { secret: 'a', configMap: 'b', key: 'x' } },
    `'env.PORT' of Chart 'shop' ${VALUE_RULE}, received {"secret":"a","configMap":"b","key":"x"}. Write { secret: 'NAME', key: 'PORT' } for a key of a Secret.`,
  ],
  [
    'text for all',
    'A=1',
    `'env' of Chart 'shop' must be an object, received 'A=1'. Write { LOG_LEVEL: 'info' }.`,
  ],
  [
    'a list',
    [{ name: 'A', value: '1' }],
    `'env' of Chart 'shop' must be an object, received [{"name":"A","value":"1"}]. Write { LOG_LEVEL: 'info' }.`,
  ],
  [
    'null for all',
    null,
    `'env' of Chart 'shop' must be an object, received null. Write { LOG_LEVEL: 'info' }.`,
  ],
  [
    'a secret literal',
    { DB_PASSWORD: 'hunter2' },
    `'env.DB_PASSWORD' of Chart 'shop' must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'DB_PASSWORD' }.`,
  ],
  [
    'a secret EnvValue',
    { API_TOKEN: EnvValue.fromValue('hunter2') },
    `'env.API_TOKEN' of Chart 'shop' must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'API_TOKEN' }.`,
  ],
  [
    'a password in an address',
    { DATABASE_URL: 'postgres://shop:hunter2@db/shop' },
    `'env.DATABASE_URL' of Chart 'shop' must be a reference, since its value says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'DATABASE_URL' }.`,
  ],
])('refused: %s', (_, env, message) => {
  expect(() => resolve(env)).toThrow(new Error(message));
});

const refused = (name: string, value: string) => () =>
  refuseSecretLiteral(owner, 'env', name, value);

test.each([
  'PGPASSWORD',
  'password',
  'db.password',
  'db-passwd',
  'SSH_PASSPHRASE',
  'SECRET',
  'CLIENT_SECRET',
  'GITHUB_TOKEN',
  'stripeApiKey',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'PRIVATE_KEY',
  'GOOGLE_CREDENTIALS',
])('a literal named %s is refused', (name) => {
  expect(refused(name, 'hunter2')).toThrow('must be a reference');
});

test.each([
  ['TOKEN', '/var/run/secrets/token'],
  ['TOKEN', 'file:///token'],
  ['TOKEN', ''],
  ['REQUIRE_PASSWORD', 'true'],
  ['PASSWORD', '$(DB_PASSWORD)'],
  ['PASSWORD_FILE', 'x'],
  ['TOKEN_TTL', '60'],
  ['MONKEY', 'x'],
  ['DATABASE_URL', 'postgres://db/shop'],
  ['DATABASE_URL', 'postgres://shop@db/shop'],
  ['DATABASE_URL', 'postgres://shop:$(DB_PASSWORD)@db/shop'],
  ['URL', 'http://a:8080/x@y'],
])('%s=%s is no secret', (name, value) => {
  expect(refused(name, value)).not.toThrow();
});

test('a private key is refused under any name', () => {
  expect(refused('A', '-----BEGIN RSA PRIVATE KEY-----\nabc')).toThrow('its value says');
});

test.each([
  [
    { secret: 'My Secret', key: 'password' },
    `'env.A.secret' of Construct 'api' must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'My Secret'. Use a name like 'shop-config'.`,
  ],
  [
    { configMap: 'shop', key: 'log level' },
    `'env.A.key' of Construct 'api' must be letters, digits, '-', '_' and '.', at most 253 characters, received 'log level'. Use a key like 'password'.`,
  ],
])('a reference that no object can answer is refused: %j', (A, message) => {
  const owner = new Construct(new Construct(undefined as never, ''), 'api');
  expect(() => resolveEnvironment(owner, 'env', { A })).toThrow(message);
});
