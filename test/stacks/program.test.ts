/** @module The program as the Pulumi CLI finds and runs it: by Pulumi.yaml, from its folder, with refusals that show no stack. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';

const ROOT = resolve(__dirname, '../..');

const cwd = process.cwd();
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-program-')));
  // The language host sets it; the SDK reads it when it is loaded.
  process.env['PULUMI_NODEJS_ROOT_DIRECTORY'] = folder;
});
afterAll(() => {
  delete process.env['PULUMI_NODEJS_ROOT_DIRECTORY'];
  process.chdir(cwd);
  rmSync(folder, { recursive: true, force: true });
});

test('Pulumi.yaml names the file that the build writes for the program', () => {
  const project = parse(readFileSync(join(ROOT, 'Pulumi.yaml'), 'utf8'));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.build.json'), ts.sys.readFile);
  expect(project).toMatchObject({
    name: 'hks',
    main: `${config.compilerOptions.outDir}/stacks/index.js`,
    runtime: { name: 'nodejs', options: { typescript: false } },
  });
  // Defaults there would be settings of every stack; the schema has them.
  expect(Object.keys(project)).not.toContain('config');
});

test('refused settings end the run before anything is registered, and show no stack', async () => {
  const { error, registered, isRunError } = await runWith({
    'hks:registy': '{}',
    'hks:exposure': 'x',
    'other:key': 'y',
  });
  expect(isRunError).toBe(true);
  expect(error?.message.split('\n')).toEqual([
    `'exposure' of the settings must be one of 'loadBalancer', 'nodePort', 'hostPort', received 'x'. Run pulumi config set --path hks:exposure loadBalancer.`,
    `'registy' of the settings is not a known setting, received 'registy'. Did you mean 'registry'? Run pulumi config rm --path hks:registy and pulumi config set --path hks:registry.size 20Gi.`,
  ]);
  expect(registered).toEqual([]);
});

test('relative paths are meant from the folder of Pulumi.yaml, which the engine names', async () => {
  process.chdir(cwd);
  await runWith({ 'hks:registy': '{}' });
  expect(process.cwd()).toBe(folder);
});

test('the platform is told its kubeconfig by a path that holds in every process', async () => {
  const { error, isRunError } = await runWith({ 'hks:kubeconfig': 'no/kubeconfig' });
  expect(isRunError).toBe(true);
  expect(error?.message).toBe(
    `'kubeconfig' of the settings must be a file that exists, received '${join(folder, 'no/kubeconfig')}'. Set kubeconfig or KUBECONFIG to the cluster's kubeconfig; on a K3s host that is /etc/rancher/k3s/k3s.yaml.`,
  );
});

test('a path in the home folder stays one', async () => {
  const { error } = await runWith({ 'hks:kubeconfig': '~/no/kubeconfig-of-hks' });
  expect(error?.message).toContain(`received '${join(homedir(), 'no/kubeconfig-of-hks')}'.`);
});

test('a mistake in the code keeps its stack', async () => {
  const pulumi: typeof import('@pulumi/pulumi') = require('@pulumi/pulumi');
  const mistake = new TypeError('nothing is no object');
  const spied = jest.spyOn(pulumi.runtime, 'allConfig').mockImplementation(() => {
    throw mistake;
  });
  const { error } = await runWith({});
  spied.mockRestore();
  expect(error).toBe(mistake);
});

/** Runs it as the language host does, which calls the function that the module exports and awaits it. */
async function runWith(config: Readonly<Record<string, string>>) {
  const pulumi: typeof import('@pulumi/pulumi') = require('@pulumi/pulumi');
  const registered: string[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push(type);
      return { id: name, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  pulumi.runtime.setAllConfig({ ...config });
  const program: () => Promise<unknown> = require('../../stacks/index');
  const error = await program().then(
    () => undefined,
    (reason: Error) => reason,
  );
  return { error, registered, isRunError: pulumi.RunError.isInstance(error) };
}
