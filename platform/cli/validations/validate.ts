/** @module Lets every plugin judge the manifests, prints their reports, and tells whether all are content. */
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import { paintFor } from '../colour';
import type { Terminal } from '../main';
import { ValidationContext } from './context';
import { manifestsIn } from './manifests';
import { loadPlugin, type Plugin } from './plugin';
import { ValidationReport } from './report';
import type { ValidationRequest, Validator } from './request';
import { readValidations } from './source';

/** Reports of this process: a watch writes them again. */
const written = new Set<string>();

/**
 * Has every plugin at hand before the app runs.
 * @throws when one cannot be loaded, or when the file for the reports is there already
 */
export async function prepareValidations(
  { validations, pluginsDir, reportsFile, stdout }: ValidationRequest,
  terminal: Terminal,
): Promise<Validator> {
  const { cwd } = terminal;
  const reports = reportsFile === undefined ? undefined : resolve(cwd, reportsFile);
  if (reports !== undefined && existsSync(reports) && !written.has(reports))
    throw alreadyThere(reportsFile);
  const say = (text: string) => {
    (stdout ? terminal.stderr : terminal.stdout).write(`${text}\n`);
  };
  const place = resolve(cwd, pluginsDir ?? join(homedir(), '.cdk8s', 'plugins'));
  const plugins: Plugin[] = [];
  for (const validation of await readValidations(validations, cwd)) {
    plugins.push(await loadPlugin(validation, place, terminal, say));
  }
  const paint = stdout ? (text: string) => text : red(terminal);
  return async (folder, tenants) => {
    const manifests = manifestsIn(fromProcess(resolve(cwd, folder), folder), tenants);
    say('Performing validations');
    const found: ValidationReport[] = [];
    for (const plugin of plugins) {
      const { pkg, version } = plugin;
      const report = new ValidationReport(pkg, version, manifests.constructPathOf, stdout, paint);
      const context = new ValidationContext(manifests, pkg, version, report, stdout, say);
      await judge(plugin, context, terminal);
      found.push(report);
    }
    say('Validations finished');
    for (const report of found) say(`\n${report}\n`);
    if (reports !== undefined) {
      const json = { reports: found.map((report) => report.toJson()) };
      writeFileSync(reports, JSON.stringify(json, null, 2));
      written.add(reports);
    }
    const success = found.every((report) => report.success);
    if (success) say('Validations ended successfully');
    else terminal.stderr.write('Validation failed. See above reports for details\n');
    return success;
  };
}

/** @throws when the plugin fails itself, with its stack on stderr, or leaves its report incomplete */
async function judge(
  plugin: Plugin,
  context: ValidationContext,
  { stderr }: Terminal,
): Promise<void> {
  const { pkg, version, make } = plugin;
  const validation = make();
  try {
    await validation.validate(context);
    context.report.toJson();
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    throw invalid(`validation '${pkg}@${version}'`, {
      prop: 'package',
      rule: 'must end with a report, and it failed',
      received: error instanceof Error ? error.message : error,
      fix: 'Its stack is above',
    });
  }
}

/** As the user named it where plugins can find it so, and else such that they can: they know this process alone. */
function fromProcess(folder: string, named: string): string {
  return isAbsolute(named) ? named : relative(process.cwd(), folder);
}

function red(terminal: Terminal): (text: string) => string {
  const paint = paintFor(terminal);
  return (text) => paint('red', text);
}

function alreadyThere(file: string | undefined): Error {
  return invalid('hks synth', {
    prop: '--validation-reports-output-file',
    rule: 'must be a file that is not there yet',
    received: file,
    fix: 'Delete it, or name another',
  });
}
