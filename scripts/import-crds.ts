/** @module Regenerates constructs/imports from the pinned releases: `tsx scripts/import-crds.ts FOLDER`, where FOLDER holds knative-serving/serving-crds.yaml and knative-eventing/eventing-crds.yaml. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The release that the files must be of. */
const VERSION = '1.23.0';
/** Every kind that a construct renders, by the release file that defines it. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'knative-serving/serving-crds.yaml': [
    'clusterdomainclaims.networking.internal.knative.dev',
    'domainmappings.serving.knative.dev',
    'services.serving.knative.dev',
  ],
  'knative-eventing/eventing-crds.yaml': [
    'brokers.eventing.knative.dev',
    'triggers.eventing.knative.dev',
  ],
};
const OUTPUT = resolve(__dirname, '../constructs/imports');

interface Definition {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
}

function main(releases: string | undefined): void {
  if (!releases)
    throw new Error('Name the folder of the releases: tsx scripts/import-crds.ts FOLDER');
  const definitions = Object.entries(KINDS).flatMap(([file, names]) =>
    definitionsIn(join(releases, file), names),
  );
  const folder = mkdtempSync(join(tmpdir(), 'crds-'));
  try {
    const file = join(folder, 'knative.yaml');
    writeFileSync(file, definitions.join('---\n'));
    execFileSync(
      'npx',
      ['cdk8s', 'import', file, '-l', 'typescript', '-o', OUTPUT].concat([
        '--no-save',
        '--no-check-upgrade',
        '--class-prefix',
        'Knative',
      ]),
      { stdio: 'inherit' },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The named definitions of a release file as YAML, each checked to be of the pinned version. */
function definitionsIn(file: string, names: readonly string[]): readonly string[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return names.map((name) => {
    const found = documents.find((document) => {
      const json = document.toJS() as Definition | null;
      return json?.kind === 'CustomResourceDefinition' && json.metadata.name === name;
    });
    if (!found) throw new Error(`${file} does not define ${name}`);
    const { metadata } = found.toJS() as Definition;
    const version = metadata.labels?.['app.kubernetes.io/version'];
    if (version !== VERSION)
      throw new Error(`${name} in ${file} is of ${version}, expected ${VERSION}`);
    return found.toString({ directives: false });
  });
}

main(process.argv[2]);
