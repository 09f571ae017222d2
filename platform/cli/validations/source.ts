/** @module Where the list of `validations` is: in cdk8s.yaml itself, in a file, or behind a URL. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { invalid } from '../../../constructs/invalid';
import { type ValidationConfig, validationsOf } from './schema';

/** @throws when the file cannot be read, or with every fault of it */
export async function readValidations(
  validations: string | readonly ValidationConfig[],
  cwd: string,
): Promise<readonly ValidationConfig[]> {
  if (typeof validations !== 'string') return validations;
  const document = parseDocument(await textOf(validations, cwd));
  const [fault] = document.errors;
  if (fault) {
    throw invalid(validations, {
      prop: 'file',
      rule: 'must be YAML',
      received: fault.message.split('\n')[0]?.replace(/:$/, ''),
      fix: 'Begin each plugin with - package: my-plugin',
    });
  }
  const { list, faults } = validationsOf(validations, 'validations', document.toJS());
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return list;
}

async function textOf(location: string, cwd: string): Promise<string> {
  try {
    if (/^https?:/.test(location)) return await download(location);
    const path = location.startsWith('file:') ? fileURLToPath(location) : location;
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw invalid('cdk8s.yaml', {
      prop: 'validations',
      rule: 'must be a list of plugins, or the name of a file that can be read',
      received: location,
      fix: (error as Error).message,
    });
  }
}

async function download(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  return response.text();
}
