/** @module What stands where a file of the app goes is written over as cdk8s does it. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { Project } from '../../../../constructs/project';
import { HksApp } from '../../../../constructs/synth/app';

let folder: string;
let outdir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-drafts-'));
  outdir = join(folder, 'dist');
  mkdirSync(outdir);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each([App, HksApp])('%p', (AnyApp) => {
  function synth(): void {
    const app = new AnyApp({ outdir });
    const object = { apiVersion: 'v1', kind: 'ConfigMap', data: { new: 'yes' } };
    new ApiObject(new Chart(app, 'shop'), 'settings', object);
    app.synth();
  }

  test('a file keeps its mode', () => {
    const file = join(outdir, 'shop.k8s.yaml');
    writeFileSync(file, 'old');
    chmodSync(file, 0o600);
    synth();
    expect(readFileSync(file, 'utf8')).toContain('new: "yes"');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });

  test.each([true, false])('a link stays, and the file that it leads to changes: %p', (isThere) => {
    const file = join(folder, 'elsewhere.yaml');
    if (isThere) writeFileSync(file, 'old', { mode: 0o600 });
    const link = join(outdir, 'shop.k8s.yaml');
    symlinkSync(file, link);
    synth();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('new: "yes"');
    if (isThere) expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('refused before the folders of tenants go', () => {
  function synth(yamlOutputType: YamlOutputType): void {
    const app = new HksApp({ name: 'test', outdir, yamlOutputType });
    new Chart(app, 'shop');
    app.synth();
  }
  beforeEach(() => {
    const app = new HksApp({ name: 'test', outdir });
    new Project(app, 'first', { tenant: 'acme' });
    app.synth();
  });

  test('a folder where a file is to be written', () => {
    const path = join(outdir, 'shop.k8s.yaml');
    mkdirSync(path);
    expect(() => synth(YamlOutputType.FILE_PER_CHART)).toThrow(
      new Error(
        `'outdir' of HksApp must hold no folder where a file is to be written, received '${path}'. Move it away, or name another 'outdir'.`,
      ),
    );
    expect(statSync(join(outdir, 'tenants/acme')).isDirectory()).toBe(true);
  });

  test('a file where a folder is to be written', () => {
    const path = join(outdir, 'shop');
    writeFileSync(path, 'mine');
    expect(() => synth(YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE)).toThrow(
      new Error(
        `'outdir' of HksApp must hold no file where a folder is to be written, received '${path}'. Move it away, or name another 'outdir'.`,
      ),
    );
    expect(statSync(join(outdir, 'tenants/acme')).isDirectory()).toBe(true);
  });
});
