/** @module Serving and collecting with a real registry: what a collection removes, and who dies in its midst. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { COLLECT_SOURCE, SERVE_SOURCE } from '../../../stacks/registry/scripts';
import type { RegistryAuth } from '../../../stacks/registry/settings';
import { isShell, REGISTRY_PROGRAM, RegistryFolder } from './program';

jest.setTimeout(60_000);

test('a shell reads both programs', () => {
  expect([SERVE_SOURCE, COLLECT_SOURCE].map(isShell)).toEqual([true, true]);
  expect(isShell('while true; do')).toBe(false);
});

if (REGISTRY_PROGRAM === undefined) {
  console.warn('Skipped: no registry on PATH. Install the Debian package docker-registry.');
}
const describeWithRegistry = REGISTRY_PROGRAM === undefined ? describe.skip : describe;

const check = (
  what: string,
  body: (registry: RegistryFolder) => Promise<void>,
  auth: RegistryAuth = {},
) =>
  test.concurrent(what, async () => {
    const registry = new RegistryFolder();
    try {
      await registry.prepare(auth);
      await body(registry);
    } finally {
      await registry.remove();
    }
  });

describeWithRegistry('with a registry', () => {
  check('a collection removes what no image has, and nobody pushes meanwhile', async (registry) => {
    const server = await registry.served();
    const layer = await registry.push('1', 'a layer');
    const moved = await registry.push('1', 'the layer of the next image under the tag');
    const orphan = await registry.upload('of no image');
    registry.age(5);
    const collection = await registry.heldCollection();
    await expect(registry.upload('meanwhile')).rejects.toThrow('upload: 405');
    expect(await registry.has(layer)).toBe(true);
    registry.release();
    expect(await collection.end()).toBe(0);
    await registry.untilWritable();
    expect(await registry.has(orphan)).toBe(false);
    // The old image has no tag, and may be what a function runs by digest.
    expect([await registry.has(layer), await registry.has(moved)]).toEqual([true, true]);
    await registry.upload('afterwards');
    server.stop();
    expect(await server.end()).toBe(0);
  });

  check('a blob that was written just now stays until a pause', async (registry) => {
    await registry.served();
    await registry.push('1', 'a layer');
    const context = await registry.upload('the context of a build that waits');
    const collection = registry.collect();
    await registry.untilReadOnly();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(collection.isRunning()).toBe(true);
    collection.stop();
    expect(await collection.end()).toBe(143);
    await registry.untilWritable();
    expect(await registry.has(context)).toBe(true);
    registry.age(5);
    expect(await registry.collect().end()).toBe(0);
    await registry.untilWritable();
    expect(await registry.has(context)).toBe(false);
  });

  check('with patience it lets others push while it waits', async (registry) => {
    await registry.served();
    await registry.push('1', 'a layer');
    const collection = registry.collect({ PATIENCE_SECONDS: '3600' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([registry.mode(), collection.isRunning()]).toEqual(['writable', true]);
    await registry.upload('meanwhile');
  });

  check(
    'a collection that is killed holds nobody up for longer than its lease',
    async (registry) => {
      const server = await registry.served();
      await registry.push('1', 'a layer');
      registry.age(5);
      const collection = await registry.heldCollection();
      // The server starts anew while the lease holds: still read-only.
      server.all('SIGKILL');
      await server.end();
      await registry.served();
      await expect(registry.upload('meanwhile')).rejects.toThrow('upload: 405');
      collection.all('SIGKILL');
      const killed = Date.now();
      await registry.untilWritable();
      await registry.upload('afterwards');
      expect(Date.now() - killed).toBeLessThan((registry.leaseSeconds + 4) * 1000);
    },
  );

  check(
    'a collection that was held up does not go on beside a server that writes',
    async (registry) => {
      await registry.served();
      await registry.push('1', 'a layer');
      registry.age(5);
      const collection = await registry.heldCollection();
      collection.all('SIGSTOP');
      await registry.untilWritable();
      const orphan = await registry.upload('of no image, yet');
      registry.age(5);
      collection.all('SIGCONT');
      expect(await collection.end()).toBe(143);
      expect(collection.output).toContain('collection: lost the lease');
      registry.release();
      expect(await registry.has(orphan)).toBe(true);
    },
  );

  check('two do not collect at a time', async (registry) => {
    await registry.served();
    await registry.push('1', 'a layer');
    registry.age(5);
    const first = await registry.heldCollection();
    const second = registry.collect();
    expect(await second.end()).toBe(1);
    expect(second.output).toMatch(/^collection: \S+ is at it\n$/);
    registry.release();
    expect(await first.end()).toBe(0);
  });

  check('the next collection waits for the lease of one that was killed', async (registry) => {
    await registry.served();
    await registry.push('1', 'a layer');
    const orphan = await registry.upload('of no image');
    registry.age(5);
    const killed = await registry.heldCollection();
    killed.all('SIGKILL');
    await killed.end();
    registry.release();
    const next = registry.collect();
    expect({ code: await next.end(), output: next.output }).toMatchObject({ code: 0 });
    await registry.untilWritable();
    expect(await registry.has(orphan)).toBe(false);
  });

  check(
    'a lease that nobody could have taken keeps no collection from its work',
    async (registry) => {
      await registry.served();
      await registry.push('1', 'a layer');
      registry.age(5);
      // As the clock of a node was wrong once.
      writeFileSync(`${registry.state}/lease`, 'someone 99999999999\n');
      const collection = registry.collect();
      expect({ code: await collection.end(), output: collection.output }).toMatchObject({
        code: 0,
      });
    },
  );

  check('a collection takes no room, since the volume may be full', async (registry) => {
    await registry.served();
    await registry.push('1', 'a layer');
    registry.age(5);
    const files = () =>
      readdirSync(registry.state).map((name) => {
        const { ino, size } = statSync(`${registry.state}/${name}`);
        return { name, ino, size };
      });
    const before = files();
    expect(before.map(({ name }) => name).sort()).toEqual(['http-secret', 'lease', 'mode']);
    const collection = await registry.heldCollection();
    expect(files()).toEqual(before);
    registry.release();
    expect(await collection.end()).toBe(0);
    await registry.untilWritable();
    expect(files()).toEqual(before);
  });

  check('an empty registry has nothing to collect', async (registry) => {
    const collection = registry.collect();
    expect(await collection.end()).toBe(0);
    expect(collection.output).toBe('collection: the registry is empty\n');
  });

  check(
    'without a server that says so, nothing is read-only, and nothing is removed',
    async (registry) => {
      const server = await registry.served();
      const orphan = await registry.upload('of no image');
      registry.age(5);
      server.stop();
      await server.end();
      const collection = registry.collect({ SWITCH_SECONDS: '1' });
      expect(await collection.end()).toBe(1);
      expect(collection.output).toBe('collection: the registry did not become read-only in 1 s\n');
      registry.serve();
      await registry.untilWritable();
      expect(await registry.has(orphan)).toBe(true);
    },
  );

  check('a server that ends by itself ends its container', async (registry) => {
    const first = await registry.served();
    const second = registry.serve();
    expect(await second.end()).not.toBe(0);
    expect(second.output).toContain('address already in use');
    expect(first.isRunning()).toBe(true);
  });

  check('a lease that nobody could have taken counts for nothing', async (registry) => {
    const server = await registry.served();
    for (const lease of ['someone 99999999999', 'someone soon', 'x', '']) {
      writeFileSync(`${registry.state}/lease`, `${lease}\n`);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(registry.mode()).toBe('writable');
    }
    expect(server.isRunning()).toBe(true);
  });
});

describeWithRegistry('with a password', () => {
  check(
    'everything but the probe asks for it',
    async (registry) => {
      const users = `${registry.folder}/htpasswd`;
      // User "acme", password "correct horse".
      writeFileSync(users, 'acme:$2b$04$aG4FXzKQjkF.K/GF4IkFQOjEdOtHBYuDQ1GMH3Lp2s5B8lZfqzS1u\n');
      const server = await registry.served({ REGISTRY_AUTH_HTPASSWD_PATH: users });
      expect((await registry.ask('/v2/')).status).toBe(401);
      expect((await registry.ask('/')).status).toBe(200);
      expect(server.isRunning()).toBe(true);
    },
    { htpasswdSecret: 'registry-users' },
  );
});
