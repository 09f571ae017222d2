/** @module A project as a user has it: the package as installed, its peers, the examples. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** Of this repository. */
export const ROOT = resolve(__dirname, '../..');

const PACKAGE = '@hexabase/hks';

export interface Project {
  readonly folder: string;
  /** A folder outside the project, for what is written. */
  readonly out: string;
  /** Program of the measured process. */
  readonly child: string;
  /** Program `hks`. */
  readonly hks: string;
  /** Program `cdk8s`. */
  readonly cdk8s: string;
  /** Takes it away. */
  readonly remove: () => void;
}

/** In a new folder below the machine's temporary one; the package is built from the sources as they are now. */
export function makeProject(): Project {
  const root = mkdtempSync(join(tmpdir(), 'hks-bench-'));
  const [folder, out] = [join(root, 'project'), join(root, 'out')];
  const modules = join(folder, 'node_modules');
  const installed = join(modules, PACKAGE);
  emit(join(installed, 'lib'));
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === '.cache' || name === PACKAGE.split('/')[0]) continue;
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  copyFileSync(join(ROOT, 'cdk8s.yaml'), join(folder, 'cdk8s.yaml'));
  mkdirSync(out);
  return {
    folder,
    out,
    child: join(installed, 'lib/bench/child.js'),
    hks: join(installed, 'lib/platform/cli/hks.js'),
    cdk8s: join(modules, 'cdk8s-cli/bin/cdk8s'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What `npm run build` emits, with the bench, and without a look at types or other packages. */
function emit(outDir: string): void {
  const file = join(ROOT, 'tsconfig.build.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    file,
    { outDir },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic },
  );
  if (!config) throw new Error(`${file} cannot be read`);
  const own = ts.sys.readDirectory(join(ROOT, 'bench'), ['.ts']);
  ts.createProgram([...config.fileNames, ...own], {
    ...config.options,
    declaration: false,
    noCheck: true,
    noLib: true,
    noResolve: true,
    types: [],
  }).emit();
}

function onUnRecoverableConfigFileDiagnostic({ messageText }: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
}
