/** @module Trees are swapped in: the user's files stay, crashes leave the old or the new, two processes take turns. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import type { Change } from '../../../constructs/synth/changes';
import { swapIn } from '../../../constructs/synth/swap';
import { contentsOf, thrownBy } from './folder';

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(join(tmpdir(), 'hks-swap-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(outdir, { recursive: true, force: true });
});

type Tenants = Readonly<Record<string, readonly string[]>>;

/** One project of the tenant's name for each tenant, with a ConfigMap for each name. */
function synth(tenants: Tenants, props: HksAppProps = {}): void {
  const app = new HksApp({ name: 'test', outdir, ...props });
  for (const [tenant, names] of Object.entries(tenants)) {
    const project = new Project(app, tenant, { tenant });
    for (const name of names) {
      const more = { data: { size: String(names.length) } };
      new ApiObject(project, name, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        ...more,
      } as never);
    }
  }
  app.synth();
}

function write(file: string, text = 'mine'): void {
  const path = join(outdir, file);
  fs.mkdirSync(join(path, '..'), { recursive: true });
  fs.writeFileSync(path, text);
}

function configMaps(): readonly string[] {
  return Object.keys(contentsOf(outdir)).filter((file) => file.includes('/configmap.'));
}

describe('a second run', () => {
  test('gives the same bytes and touches no file', () => {
    synth({ acme: ['a', 'b'], beta: ['c'] }, { split: true });
    const stats = () =>
      Object.keys(contentsOf(outdir)).map((file) => {
        const { ino, mtimeMs, ctimeMs } = fs.statSync(join(outdir, file));
        return { file, ino, mtimeMs, ctimeMs };
      });
    const before = { stats: stats(), contents: contentsOf(outdir) };
    synth({ acme: ['a', 'b'], beta: ['c'] }, { split: true });
    expect({ stats: stats(), contents: contentsOf(outdir) }).toEqual(before);
  });

  test('with one object changed leaves the files of the others, and other tenants, as they are', () => {
    synth({ acme: ['a'], beta: ['c'] });
    const quota = join(outdir, 'tenants/acme/acme/resourcequota.quota.yaml');
    const beta = join(outdir, 'tenants/beta');
    const before = [fs.statSync(quota).mtimeMs, fs.statSync(beta).ino];
    synth({ acme: ['a', 'b'], beta: ['c'] });
    expect([fs.statSync(quota).mtimeMs, fs.statSync(beta).ino]).toEqual(before);
    expect(configMaps()).toEqual([
      'tenants/acme/acme/configmap.a.yaml',
      'tenants/acme/acme/configmap.b.yaml',
      'tenants/beta/beta/configmap.c.yaml',
    ]);
  });

  test('restores what was changed or deleted by hand, the kustomization too', () => {
    synth({ acme: ['a'] });
    const before = contentsOf(outdir);
    write(
      'tenants/acme/kustomization.yaml',
      `${before['tenants/acme/kustomization.yaml']}# more\n`,
    );
    write('tenants/acme/acme/configmap.a.yaml', 'broken');
    fs.rmSync(join(outdir, 'tenants/acme/acme/namespace.acme.yaml'));
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual(before);
  });

  test('after the folder was emptied, as cdk8s synth does, gives the same tree', () => {
    synth({ acme: ['a'] });
    const before = contentsOf(outdir);
    fs.rmSync(outdir, { recursive: true });
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual(before);
  });
});

describe('what is removed', () => {
  test('what the index listed and the app no longer has, and nothing else', () => {
    synth({ acme: ['a', 'b'] });
    write('tenants/acme/README.md');
    write('tenants/acme/acme/patch.yaml');
    write('tenants/acme/.hidden/deep/file');
    write('other/file');
    fs.mkdirSync(join(outdir, 'tenants/acme/empty'));
    fs.symlinkSync('README.md', join(outdir, 'tenants/acme/link'));
    synth({ acme: ['a'] });
    expect(configMaps()).toEqual(['tenants/acme/acme/configmap.a.yaml']);
    for (const file of ['README.md', 'acme/patch.yaml', '.hidden/deep/file', 'link'])
      expect(fs.readFileSync(join(outdir, 'tenants/acme', file), 'utf8')).toBe('mine');
    expect(fs.readlinkSync(join(outdir, 'tenants/acme/link'))).toBe('README.md');
    expect(fs.readdirSync(join(outdir, 'tenants/acme/empty'))).toEqual([]);
    expect(fs.readFileSync(join(outdir, 'other/file'), 'utf8')).toBe('mine');
  });

  test('a namespace that is gone goes with its folder', () => {
    const both = new HksApp({ name: 'test', outdir });
    for (const id of ['shop', 'blog']) new Project(both, id, { tenant: 'acme' });
    both.synth();
    const one = new HksApp({ name: 'test', outdir });
    new Project(one, 'shop', { tenant: 'acme' });
    one.synth();
    expect(fs.existsSync(join(outdir, 'tenants/acme/shop'))).toBe(true);
    expect(fs.existsSync(join(outdir, 'tenants/acme/blog'))).toBe(false);
  });

  test('a tenant that the app had and no longer has, but for the files of the user', () => {
    synth({ acme: ['a'], beta: ['b'], gamma: ['c'] });
    write('tenants/beta/notes/README.md');
    synth({ acme: ['a'] });
    expect(
      Object.keys(contentsOf(outdir)).filter((file) => !file.startsWith('tenants/acme/')),
    ).toEqual(['tenants/beta/notes/README.md']);
    expect(fs.existsSync(join(outdir, 'tenants/gamma'))).toBe(false);
  });

  test('all tenants of an app that has no Project any more', () => {
    synth({ acme: ['a'] });
    synth({ other: ['a'] }, { name: 'other' });
    new HksApp({ name: 'test', outdir }).synth();
    expect(fs.readdirSync(join(outdir, 'tenants'))).toEqual(['other']);
  });

  test('nothing of another app', () => {
    synth({ acme: ['a'] });
    synth({ beta: ['b'] }, { name: 'other' });
    synth({ acme: [] });
    expect(configMaps()).toEqual(['tenants/beta/beta/configmap.b.yaml']);
  });

  test('files outside the folder that a changed index names stay', () => {
    synth({ acme: ['a'] });
    write('precious.yaml');
    const path = 'tenants/acme/hks-index.json';
    const index = JSON.parse(fs.readFileSync(join(outdir, path), 'utf8'));
    index.objects.push({ file: '../../precious.yaml' });
    index.gitops = [{ file: '../precious.yaml' }, { file: 'precious.yaml' }];
    write(path, JSON.stringify(index));
    synth({ acme: [] });
    synth({});
    expect(fs.readFileSync(join(outdir, 'precious.yaml'), 'utf8')).toBe('mine');
  });

  test('with split turned on and off, each object is in one place', () => {
    synth({ acme: ['a'] });
    const whole = contentsOf(outdir);
    synth({ acme: ['a'] }, { split: true });
    const split = Object.keys(contentsOf(outdir));
    expect(split).toContain('platform/acme/acme/namespace.acme.yaml');
    expect(split).not.toContain('tenants/acme/acme/namespace.acme.yaml');
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual(whole);
  });
});

describe('refused, and nothing written', () => {
  test('a tenant of another app, under tenants and under platform', () => {
    synth({ acme: ['a'] });
    const before = contentsOf(outdir);
    for (const split of [false, true]) {
      const error = thrownBy(() => synth({ acme: ['b'], beta: ['c'] }, { name: 'other', split }));
      expect(error.message).toBe(
        `'tenant' of HksApp 'other' must be no tenant of another app, and '${join(outdir, 'tenants/acme')}' belongs to the app 'test', received 'acme'. Give each app an 'outdir' of its own, move the Project to 'test', or, when the app was renamed, delete '${join(outdir, 'tenants/acme')}'.`,
      );
      expect(contentsOf(outdir)).toEqual(before);
    }
  });

  test('an object where the user has put a file', () => {
    synth({ acme: ['a'] });
    write('tenants/acme/acme/configmap.b.yaml');
    const before = contentsOf(outdir);
    const path = join(outdir, 'tenants/acme/acme/configmap.b.yaml');
    expect(thrownBy(() => synth({ acme: ['b'] })).message).toBe(
      `'outdir' of HksApp 'test' must not hold a file of yours where an object is to be written, received '${path}'. Move the file away, or delete it when the construct replaces it.`,
    );
    expect(contentsOf(outdir)).toEqual(before);
  });

  test('a link where a tenant is to be written', () => {
    write('elsewhere/README.md');
    fs.mkdirSync(join(outdir, 'tenants'));
    fs.symlinkSync('../elsewhere', join(outdir, 'tenants/acme'));
    expect(thrownBy(() => synth({ acme: ['a'] })).message).toBe(
      `'outdir' of HksApp 'test' must not hold a file of yours where an object is to be written, received '${join(outdir, 'tenants/acme')}'. Move the file away, or delete it when the construct replaces it.`,
    );
    expect(fs.readlinkSync(join(outdir, 'tenants/acme'))).toBe('../elsewhere');
  });

  test.each([
    ['a link', () => fs.symlinkSync('../../elsewhere', join(outdir, 'tenants/acme/acme'))],
    ['a file', () => write('tenants/acme/acme')],
  ])('%s where the folder of a namespace is to be written', (_, put) => {
    synth({ acme: ['a'] });
    write('elsewhere/README.md');
    const folder = join(outdir, 'tenants/acme/acme');
    fs.rmSync(folder, { recursive: true });
    put();
    const before = contentsOf(outdir);
    expect(thrownBy(() => synth({ acme: ['a'] })).message).toBe(
      `'outdir' of HksApp 'test' must not hold a file of yours where an object is to be written, received '${folder}'. Move the file away, or delete it when the construct replaces it.`,
    );
    expect(contentsOf(outdir)).toEqual(before);
  });

  test('a folder of the user with a kustomization of the user', () => {
    write('tenants/acme/kustomization.yaml', 'resources: []\n');
    expect(thrownBy(() => synth({ acme: ['a'] })).message).toMatch(
      /must not hold a file of yours where an object is to be written, received '.*kustomization.yaml'/,
    );
  });

  test('a folder without an index is taken over when its kustomization is generated or missing', () => {
    synth({ acme: ['a'] });
    const before = contentsOf(outdir);
    fs.rmSync(join(outdir, 'tenants/acme/hks-index.json'));
    write('tenants/acme/acme/configmap.a.yaml', 'broken');
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual(before);
    fs.rmSync(outdir, { recursive: true });
    write('tenants/acme/README.md');
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual({ ...before, 'tenants/acme/README.md': 'mine' });
  });

  test.each([
    ['<<<<<<< HEAD'],
    ['{}'],
    ['{"version":2,"app":"test","objects":[],"gitops":[]}'],
    ['null'],
  ])('an index that is none: %s', (text) => {
    write('tenants/acme/hks-index.json', text);
    const path = join(outdir, 'tenants/acme/hks-index.json');
    expect(thrownBy(() => synth({ acme: ['a'] })).message).toBe(
      `'outdir' of HksApp must hold indexes that HKS wrote, and '${path}' is none of this version, received '${text}'. Restore the file from Git, or delete it so that the next run writes it anew.`,
    );
  });
});

describe('a crash', () => {
  const old = {
    'tenants/acme/kept.yaml': 'same',
    'tenants/acme/changed.yaml': 'old',
    'tenants/acme/gone.yaml': 'old',
    'tenants/acme/README.md': 'mine',
    'tenants/gone/x.yaml': 'old',
    'argocd/acme.yaml': 'old',
    'argocd/gone.yaml': 'old',
  };
  const changed = {
    'tenants/acme/kept.yaml': 'same',
    'tenants/acme/changed.yaml': 'new',
    'tenants/acme/README.md': 'mine',
    'tenants/beta/x.yaml': 'new',
    'argocd/acme.yaml': 'new',
  };
  const changes: readonly Change[] = [
    {
      path: 'tenants/acme',
      files: new Map([
        ['kept.yaml', 'same'],
        ['changed.yaml', 'new'],
      ]),
      pruned: new Set(['gone.yaml']),
    },
    { path: 'tenants/beta', files: new Map([['x.yaml', 'new']]), pruned: new Set() },
    { path: 'tenants/gone', pruned: new Set() },
    { path: 'argocd/acme.yaml', files: new Map([['', 'new']]), pruned: new Set() },
    { path: 'argocd/gone.yaml', pruned: new Set() },
  ];
  const CALLS = ['mkdirSync', 'writeFileSync', 'linkSync', 'renameSync', 'rmSync'] as const;

  /** From the given call on, every call that would change the disk fails, as if the process were gone. */
  function swapUntil(last: number): number {
    let calls = 0;
    for (const name of CALLS) {
      const real = fs[name] as (...args: unknown[]) => unknown;
      jest.spyOn(fs, name).mockImplementation(((...args: unknown[]) => {
        if (calls >= last) throw new Error('crash');
        calls++;
        return real(...args);
      }) as never);
    }
    try {
      swapIn(outdir, () => changes);
    } catch (error) {
      expect((error as Error).message).toBe('crash');
    }
    jest.restoreAllMocks();
    return calls;
  }

  function reset(): void {
    fs.rmSync(outdir, { recursive: true, force: true });
    for (const [file, text] of Object.entries(old)) write(file, text);
  }

  test('at any point leaves the old tree or the new one once the next run has begun', () => {
    reset();
    const all = swapUntil(Number.POSITIVE_INFINITY);
    expect(contentsOf(outdir)).toEqual(changed);
    expect(all).toBeGreaterThan(20);
    const ends = { old: 0, new: 0 };
    for (let last = 0; last < all; last++) {
      reset();
      swapUntil(last);
      const left = contentsOf(outdir);
      for (const folder of ['tenants/acme/', 'tenants/beta/', 'tenants/gone/']) {
        const inside = (files: Readonly<Record<string, string>>) =>
          Object.fromEntries(Object.entries(files).filter(([file]) => file.startsWith(folder)));
        expect([inside(old), inside(changed), {}]).toContainEqual(inside(left));
      }
      swapIn(outdir, () => []);
      const finished = contentsOf(outdir);
      expect([old, changed]).toContainEqual(finished);
      ends[finished['tenants/acme/changed.yaml'] as 'old' | 'new']++;
      expect(fs.existsSync(join(outdir, '.hks-swap'))).toBe(false);
      swapIn(outdir, () => (finished['argocd/acme.yaml'] === 'new' ? [] : changes));
      expect(contentsOf(outdir)).toEqual(changed);
    }
    expect(ends.old).toBeGreaterThan(5);
    expect(ends.new).toBeGreaterThan(5);
  });

  test('work that the user has put back in between stays', () => {
    reset();
    fs.mkdirSync(join(outdir, '.hks-swap/old/tenants'), { recursive: true });
    fs.mkdirSync(join(outdir, '.hks-swap/new/tenants/acme'), { recursive: true });
    fs.mkdirSync(join(outdir, '.hks-swap/old/tenants/acme'), { recursive: true });
    write('.hks-swap/owner.json', JSON.stringify({ pid: 1, host: 'elsewhere' }));
    write('.hks-swap/plan.json', JSON.stringify([{ path: 'tenants/acme', action: 'put' }]));
    swapIn(outdir, () => []);
    expect(contentsOf(outdir)).toEqual(old);
  });

  test('a process killed while it writes leaves the old tree, and the next run cleans up', async () => {
    synth({ acme: ['a'] });
    const before = contentsOf(outdir);
    const program = join(outdir, '../', `${outdir.split('/').pop()}.ts`);
    fs.writeFileSync(
      program,
      `const fs = require('node:fs');
       const { swapIn } = require(${JSON.stringify(join(__dirname, '../../../constructs/synth/swap'))});
       const real = fs.writeFileSync;
       fs.writeFileSync = (path, ...more) => {
         if (String(path).endsWith('second')) process.kill(process.pid, 'SIGKILL');
         return real(path, ...more);
       };
       const files = new Map([['first', '1'], ['second', '2']]);
       swapIn(${JSON.stringify(outdir)}, () => [{ path: 'tenants/acme', files, pruned: new Set() }]);`,
    );
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: join(__dirname, '../../..'),
      stdio: 'inherit',
    });
    const signal = await new Promise((done) => child.once('close', (_, end) => done(end)));
    fs.rmSync(program);
    expect(signal).toBe('SIGKILL');
    expect(fs.existsSync(join(outdir, '.hks-swap/new/tenants/acme/first'))).toBe(true);
    const visible = Object.entries(contentsOf(outdir)).filter(([file]) => !file.startsWith('.'));
    expect(Object.fromEntries(visible)).toEqual(before);
    synth({ acme: ['a'] });
    expect(contentsOf(outdir)).toEqual(before);
  }, 20_000);
});

describe('two processes', () => {
  const lock = (pid: number) =>
    write('.hks-swap/owner.json', JSON.stringify({ pid, host: hostname() }));

  test('one waits for the other, and tells which one when that takes too long', () => {
    jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    lock(process.ppid);
    expect(thrownBy(() => synth({ acme: ['a'] })).message).toBe(
      `'outdir' of HksApp must not be written by another process at the same time, received '${join(outdir, '.hks-swap')}'. Wait for the process that '${join(outdir, '.hks-swap/owner.json')}' names, or delete '${join(outdir, '.hks-swap')}' when it is gone.`,
    );
    expect(fs.existsSync(join(outdir, 'tenants'))).toBe(false);
  });

  test('one goes on when the other is done', () => {
    jest.spyOn(Atomics, 'wait').mockImplementation(() => {
      fs.rmSync(join(outdir, '.hks-swap'), { recursive: true });
      return 'timed-out';
    });
    lock(process.ppid);
    synth({ acme: ['a'] });
    expect(configMaps()).toHaveLength(1);
  });

  test.each([
    ['is gone', () => lock(4_194_303)],
    ['never said who it is', () => fs.mkdirSync(join(outdir, '.hks-swap'))],
    ['has left half a name', () => write('.hks-swap/owner.json', '{"pid"')],
  ])('what a process left that %s is cleaned up', (_, leave) => {
    jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    leave();
    synth({ acme: ['a'] });
    expect(configMaps()).toHaveLength(1);
    expect(fs.existsSync(join(outdir, '.hks-swap'))).toBe(false);
  });
});

test('a folder that cannot be written: the error of the file system, and no folder left behind', () => {
  write('file');
  const inside = join(outdir, 'file/dist');
  expect(thrownBy(() => synth({ acme: ['a'] }, { outdir: inside })).message).toMatch(
    /ENOTDIR|must be a folder/,
  );
  expect(fs.readdirSync(outdir)).toEqual(['file']);
});

test('where hard links are not to be had, files are copied with their times', () => {
  synth({ acme: ['a'] });
  const quota = join(outdir, 'tenants/acme/acme/resourcequota.quota.yaml');
  fs.utimesSync(quota, 1_000_000_000, 1_000_000_000);
  jest.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw new Error('EPERM');
  });
  synth({ acme: ['a', 'b'] });
  expect(fs.statSync(quota).mtimeMs).toBe(1_000_000_000_000);
});
