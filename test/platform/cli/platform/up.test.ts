import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { releases } from '../../../stacks/release-files';
import { type ApiServer, startApiServer } from './api-server';
import { Host } from './host';

let api: ApiServer;
let host: Host;
beforeEach(async () => {
  api = await startApiServer();
  host = new Host(api).withPulumi();
});
afterEach(async () => {
  host.remove();
  await api.close();
});
jest.setTimeout(30_000);
test('up', async () => {
  const { code, out, err } = await host.hks(
    'up',
    '--yes',
    '--config',
    'registry.nodePort=30501',
    '-c',
    'postgres.url=postgres://u:p@h/d',
  );
  console.log(
    code,
    out,
    err,
    JSON.stringify(
      host.calls().map((c) => c.args.join(' ')),
      null,
      1,
    ),
    readFileSync(host.settingsFile, 'utf8'),
  );
  process.env.KUBECONFIG = join(host.folder, 'kubeconfig');
  const b = await host.hks('up', '--yes', '--config', 'domain=on.example.com');
  console.log(
    b.code,
    b.out,
    b.err,
    JSON.stringify(
      host.calls().map((c) => c.args.join(' ')),
      null,
      1,
    ),
    readFileSync(host.settingsFile, 'utf8'),
  );
  const c = await host.hks('outputs');
  console.log(c.code, c.out, c.err);
});
