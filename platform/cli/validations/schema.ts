/** @module `validations` of cdk8s.yaml: the plugins that judge the manifests, as cdk8s-cli knows them. */
import { z } from 'zod';
import { invalid } from '../../../constructs/invalid';

/** A plugin: the class of a package that is installed in this very version, or of a local folder. */
export const ValidationConfig = z.strictObject({
  /** Name of an npm package, or path of a folder that begins with `.` or `/`. */
  package: z.string().regex(/^(\.{0,2}\/.*[^/]|(@[a-z0-9][\w.~-]*\/)?[a-z0-9][\w.~-]*)$/i),
  version: z.string().regex(/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/),
  /** Export of the package. */
  class: z.string().min(1),
  /** Environment variables of `npm install`. */
  installEnv: z.record(z.string(), z.unknown()).nullish(),
  /** What the class is made with. */
  properties: z.record(z.string(), z.unknown()).nullish(),
});
export type ValidationConfig = z.infer<typeof ValidationConfig>;

const RULES: Readonly<Record<string, readonly [rule: string, fix: string]>> = {
  package: [
    'must be the name of an npm package, or the path of a folder',
    `Write it like @scope/plugin, or ./plugin for a folder`,
  ],
  version: [
    'must be one exact version, as ranges and paths are not looked up at every run',
    `Write it like '1.2.3', for a folder too`,
  ],
  class: ['must be the class that the package exports', 'Write it like MyValidation'],
  installEnv: ['must hold environment variables', 'Write lines like NAME: value below it'],
  properties: ['must hold what the class is made with', 'Write lines like key: value below it'],
};
const KEYS = Object.keys(RULES);

/** The list, or every fault of it. */
export function validationsOf(
  owner: string,
  prop: string,
  value: unknown,
): { readonly list: readonly ValidationConfig[]; readonly faults: readonly string[] } {
  const result = z.array(ValidationConfig).safeParse(value ?? []);
  if (result.success) return { list: result.data, faults: [] };
  const faults = result.error.issues.flatMap((issue) => {
    const [index, key] = issue.path;
    const entry = Array.isArray(value) ? value[Number(index)] : undefined;
    const at = index === undefined ? prop : `${prop}[${String(index)}]`;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((unknown) => unknownKey(owner, `${at}.${unknown}`, entry[unknown]));
    }
    if (index === undefined) return [notList(owner, prop, value)];
    if (key === undefined) return [notEntry(owner, at, entry)];
    const [rule, fix] = RULES[String(key)] ?? ['', ''];
    const received = entry[key];
    return [invalid(owner, { prop: `${at}.${String(key)}`, rule, received, fix }).message];
  });
  return { list: [], faults: [...new Set(faults)] };
}

function unknownKey(owner: string, prop: string, received: unknown): string {
  const rule = `must be one of ${KEYS.slice(0, -1).join(', ')} and ${KEYS.at(-1)}`;
  return invalid(owner, { prop, rule, received, fix: 'Leave it out, or correct its name' }).message;
}

function notList(owner: string, prop: string, received: unknown): string {
  return invalid(owner, {
    prop,
    rule: 'must be a list of plugins, or the name of a file that holds one',
    received,
    fix: 'Begin each plugin with - package: my-plugin',
  }).message;
}

function notEntry(owner: string, prop: string, received: unknown): string {
  return invalid(owner, {
    prop,
    rule: 'must hold package, version and class',
    received,
    fix: 'Write - package: my-plugin, and version and class below it',
  }).message;
}
