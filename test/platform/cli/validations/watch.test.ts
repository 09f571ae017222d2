/** @module Validations in a watch: a plugin that is edited judges anew, and the reports are written again. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Project } from '../app/project';
import { writePlugin } from './plugin-folder';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

const submits = (status: string) =>
  `module.exports = { V: class { validate({ report }) { report.submit('${status}'); } } };`;

test('of a plugin in a folder', async () => {
  writePlugin(join(project.path, 'plugin'), 'plugin', submits('success'));
  project.write({
    'cdk8s.yaml':
      'app: node app.js\nvalidations:\n  - { package: ./plugin, version: 1.0.0, class: V }\n',
    'app.js': `const { App, Chart } = require('cdk8s'); const app = new App(); new Chart(app, 'web'); app.synth();`,
  });
  const reports = ['--validation-reports-output-file', 'reports.json'];
  const watch = project.start(['synth', '--watch', ...reports]);
  try {
    let said = '';
    const heard = async (text: string) => {
      while (!said.includes(text)) said += (await once(watch.stdout ?? watch, 'data')).join('');
      said = said.slice(said.indexOf(text) + text.length);
    };
    await heard('Validations ended successfully\n');
    await heard('watching\n');
    project.write({ 'plugin/main.js': submits('failure') });
    await heard('plugin/main.js: failed in ');
    expect(JSON.parse(project.read('reports.json'))).toMatchObject({
      reports: [{ summary: { status: 'failure' } }],
    });
  } finally {
    watch.kill('SIGKILL');
  }
});
