import { Postgres } from '../../stacks/postgres';
import { platformOf } from './platform-fixture';
import { type Registration, wiringOfComponents } from './wiring';

const image = 'registry.example.com/hks/control-plane:1.0.0';
const URL = 'postgres://shop:s3cr3t@db.example.com:6432/hks?sslmode=require';
const installed = (postgres = {}, more = {}) =>
  platformOf({ controlPlane: { image }, postgres, ...more });

const run = (platform = installed(), name = 'postgres') =>
  wiringOfComponents((options) => {
    const before = new Postgres('before', { platform: platformOf() }, options);
    return new Postgres(name, { platform }, { ...options, dependsOn: before });
  });
const own = (wiring: { readonly registrations: readonly Registration[] }) =>
  wiring.registrations.filter(({ parent }) => parent === 'postgres').map(({ name }) => name);
const id = (kind: string, name: string) => `postgres:${kind}/hks-system/${name}`;

test('the password is made once, is a secret and is never changed by the program', async () => {
  const [first, second] = [await run(), await run()];
  const name = id('secret', 'hks-database');
  const secret = first.named(name);
  expect(secret).toMatchObject({ ignoreChanges: ['data'], retainOnDelete: true, protect: true });
  expect(secret.secrets).toEqual(['data']);
  expect(secret.inputs.stringData).toBeUndefined();
  const text = (one: Registration, key: string) =>
    Buffer.from(one.inputs.data[key], 'base64').toString();
  const password = text(secret, 'password');
  expect(password).toMatch(/^[0-9a-f]{64}$/);
  expect(text(secret, 'url')).toBe(
    `postgres://hks:${password}@postgres.hks-system.svc.cluster.local:5432/hks`,
  );
  expect(text(second.named(name), 'password')).not.toBe(password);
  const rest = (wiring: typeof first) =>
    JSON.stringify(wiring.registrations.filter((one) => one.name !== name));
  expect(rest(first)).not.toContain(password);
  expect(rest(first)).toBe(rest(second));
  expect(first.outputs('postgres')).toEqual({ kind: 'installed', secretName: 'hks-database' });
});

test('the password of a database that was left behind is kept', async () => {
  const wiring = await run({ ...installed(), databasePassword: 'left-behind' });
  const { data } = wiring.named(id('secret', 'hks-database')).inputs;
  expect(Buffer.from(data.password, 'base64').toString()).toBe('left-behind');
});

test.each([true, false])('data are protected when settings say so: %s', async (protectData) => {
  const wiring = await run(installed({}, { protectData }));
  for (const name of [
    id('persistentvolumeclaim', 'postgres'),
    id('persistentvolumeclaim', 'postgres-backup'),
    id('secret', 'hks-database'),
  ]) {
    expect(wiring.named(name)).toMatchObject({ protect: protectData, retainOnDelete: true });
  }
  const others = wiring.registrations.filter(({ retainOnDelete }) => !retainOnDelete);
  expect(others.some(({ protect }) => protect)).toBe(false);
});

test('the server starts after its volume, password and policy, and dumps begin after it', async () => {
  const wiring = await run();
  const server = id('statefulset.apps', 'postgres');
  for (const name of [
    id('persistentvolumeclaim', 'postgres'),
    id('secret', 'hks-database'),
    id('networkpolicy.networking.k8s.io', 'postgres'),
  ]) {
    expect(wiring.deletedBefore(server, name)).toBe(true);
  }
  expect(wiring.deletedBefore(id('cronjob.batch', 'postgres-backup'), server)).toBe(true);
  expect(wiring.behind(server)).not.toContain(id('service', 'postgres'));
  expect(wiring.strays()).toEqual([]);
});

test('everything waits for what the component waits for', async () => {
  const wiring = await wiringOfComponents((options) => {
    const before = new Postgres('postgres', { platform: installed() }, options);
    new Postgres('after', { platform: installed() }, { ...options, dependsOn: [before] });
  });
  const after = wiring.registrations.filter(({ parent }) => parent === 'after');
  expect(after).toHaveLength(9);
  for (const { name } of after) {
    expect(wiring.behind(name)).toContain(id('secret', 'hks-database'));
  }
});

test('of a database of yours only the URL is kept, as a secret', async () => {
  const wiring = await run(installed({ url: URL }));
  const name = id('secret', 'hks-database');
  expect(own(wiring)).toEqual([name]);
  const secret = wiring.named(name);
  expect(secret.secrets).toEqual(['data']);
  expect(secret.inputs.data).toEqual({ url: Buffer.from(URL).toString('base64') });
  expect(secret).toMatchObject({ ignoreChanges: [], protect: false, retainOnDelete: false });
  expect(wiring.outputs('postgres')).toEqual({ kind: 'external', secretName: 'hks-database' });
  const rest = wiring.registrations.filter((one) => one.name !== name);
  expect(JSON.stringify([rest, wiring.outputs('postgres')])).not.toContain('s3cr3t');
});

test('without a control plane there is nothing', async () => {
  const wiring = await run(platformOf());
  expect(own(wiring)).toEqual([]);
  expect(wiring.outputs('postgres')).toEqual({ kind: 'off' });
});

test('pods follow the Secret: its version is what the API server says', async () => {
  const versions: string[] = [];
  await wiringOfComponents(
    (options) => {
      for (const platform of [installed(), installed({ url: URL })]) {
        const name = `of-${platform.choices.postgres}`;
        const { database } = new Postgres(name, { platform }, options);
        const version = database?.version as { apply(then: (text: string) => void): void };
        version.apply((text) => versions.push(text));
      }
    },
    {
      outputs: ({ name, inputs }) =>
        name.startsWith('of-installed')
          ? { metadata: { ...inputs.metadata, resourceVersion: '42' } }
          : undefined,
    },
  );
  expect(versions.sort()).toEqual(['', '42']);
});
