/** @module The version that indexes name is that of this package, or none. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { VERSION, versionAbove } from '../../../constructs/synth/version';
import { version } from '../../../package.json';

test("it is the package's own", () => {
  expect(VERSION).toBe(version);
});

test('a folder of another package, as of a bundle, has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hks-version-'));
  const inner = join(folder, 'lib/deep');
  mkdirSync(inner, { recursive: true });
  const write = (content: object) =>
    writeFileSync(join(folder, 'package.json'), JSON.stringify(content));
  write({ name: '@hexabase/hks', version: '9.9.9' });
  expect(versionAbove(inner)).toBe('9.9.9');
  write({ name: 'shop', version: '9.9.9' });
  expect(versionAbove(inner)).toBeUndefined();
  write({ name: '@hexabase/hks' });
  expect(versionAbove(inner)).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(versionAbove('/')).toBeUndefined();
});

test('in a bundle nothing is trusted that a hash says, and what is there as it should be is left alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hks-bundle-'));
  const root = join(__dirname, '../../..');
  const [outdir, outfile] = [join(folder, 'dist'), join(folder, 'app.js')];
  const contents = `import { HksApp, Project } from './constructs';
    const app = new HksApp({ name: 'test' });
    new Project(app, 'shop', { tenant: 'acme' });
    app.synth();`;
  const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
  buildSync({ stdin, outfile, bundle: true, platform: 'node', packages: 'external' });
  const env = { ...process.env, CDK8S_OUTDIR: outdir, NODE_PATH: join(root, 'node_modules') };
  const run = () => execFileSync(process.execPath, [outfile], { env });
  run();
  const tenant = join(outdir, 'tenants/acme');
  expect(readFileSync(join(tenant, 'hks-index.json'), 'utf8')).not.toContain('"hks"');
  const before = statSync(tenant).ino;
  run();
  expect(statSync(tenant).ino).toBe(before);
  const quota = join(tenant, 'shop/resourcequota.quota.yaml');
  const text = readFileSync(quota, 'utf8');
  writeFileSync(quota, 'mine');
  run();
  expect(readFileSync(quota, 'utf8')).toBe(text);
  rmSync(folder, { recursive: true });
}, 20_000);
