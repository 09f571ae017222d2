/** @module A list of validations that cdk8s.yaml names: in a file, behind a URL, and what is none. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppFolder } from '../app-folder';
import { writePlugin } from './plugin-folder';

const LIST = '- package: ./plugin\n  version: 1.0.0\n  class: KindValidation\n';

let app: AppFolder;
let server: Server;
let url: string;
beforeEach(async () => {
  app = new AppFolder();
  app.writeApp(`console.log('ran'); new Chart(app, 'web');`);
  app.write('rules.yaml', LIST);
  writePlugin(join(app.path, 'plugin'));
  server = createServer((request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/rules' }).end();
    if (request.url === '/rules') return response.end(LIST);
    return response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  app.remove();
  await new Promise((closed) => server.close(closed));
});

async function withValidations(location: string) {
  app.write('cdk8s.yaml', `app: node app.js\nvalidations: '${location}'\n`);
  return app.hks('synth');
}

test.each([
  ['a file', () => 'rules.yaml'],
  ['the URL of a file', () => pathToFileURL(join(app.path, 'rules.yaml')).href],
  ['a URL', () => `${url}/rules`],
  ['a URL that leads to another', () => `${url}/moved`],
])('%s', async (_, location) => {
  const { code, out, err } = await withValidations(location());
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('Validation Report (');
});

test('a file that is empty has no validations', async () => {
  app.write('rules.yaml', '');
  expect(await withValidations('rules.yaml')).toMatchObject({ code: 0, err: '' });
});

test.each([
  [
    'a file that is not there',
    () => 'no.yaml',
    () =>
      `'validations' of cdk8s.yaml must be a list of plugins, or the name of a file that can be read, received 'no.yaml'. ENOENT: no such file or directory, open '${app.path}/no.yaml'.`,
  ],
  [
    'a URL with nothing behind it',
    () => `${url}/no`,
    () =>
      `'validations' of cdk8s.yaml must be a list of plugins, or the name of a file that can be read, received '${url}/no'. ${url}/no answered 404 Not Found.`,
  ],
  [
    'a file that is no YAML',
    () => 'app.js',
    () =>
      `'file' of app.js must be YAML, received 'Unexpected flow-map-end token in YAML document: "}" at line 1, column 1'. Begin each plugin with - package: my-plugin.`,
  ],
])('refused before the app runs: %s', async (_, location, message) => {
  app.write('app.js', '}');
  const { code, out, err } = await withValidations(location());
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(`error: ${message()}\n`);
});

test('every fault of a file', async () => {
  app.write('rules.yaml', '- package: ./plugin\n  class: 7\n');
  expect(await withValidations('rules.yaml')).toEqual({
    code: 1,
    out: '',
    err: `error: 'validations[0].version' of rules.yaml must be one exact version, as ranges and paths are not looked up at every run, received nothing. Write it like '1.2.3', for a folder too.
'validations[0].class' of rules.yaml must be the class that the package exports, received 7. Write it like MyValidation.
`,
  });
});
