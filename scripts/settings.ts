/** @module Writes the table of settings, docs/platform/settings.md, from their schema: `tsx scripts/settings.ts`; `--check` only says whether the file is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { LEAVES, SETTINGS, type Setting } from '../stacks/config/tree';

const PAGE = resolve(__dirname, '../docs/platform/settings.md');

/** The page as the schema has it. */
export function settingsPage(): string {
  const sections = [...SETTINGS.children.values()].filter(({ kind }) => kind === 'object');
  return [
    INTRODUCTION,
    table(LEAVES.filter(({ path }) => !path.includes('.'))),
    ...sections.map(section),
  ].join('\n');
}

const INTRODUCTION = `# Settings

<!-- Written by \`npx tsx scripts/settings.ts\` from stacks/config/schema.ts. -->

All are optional. A stack's settings are in \`Pulumi.<stack>.yaml\`, set by path:

\`\`\`sh
pulumi config set --path hks:registry.size 50Gi
pulumi config set --path 'hks:packageProxy.resolvers[0]' 10.0.0.53
pulumi config set --path 'hks:knative.features["kubernetes.podspec-tolerations"]' enabled
pulumi config set --path --secret hks:postgres.url
\`\`\`

The last command asks for the value, which a shell's history must not keep. [\`hks platform\`](install.md) takes the same paths without \`hks:\`, as \`--config registry.size=50Gi\`. A path that does not begin with \`/\` is meant from the folder of \`Pulumi.yaml\`; given to \`hks platform\`, from the working directory.

A setting that does not exist, has a wrong value or contradicts another is refused before anything is changed: all of them at once, each with the command that puts it right.
`;

function section(setting: Setting): string {
  const leaves = LEAVES.filter(({ path }) => path.startsWith(`${setting.path}.`));
  return `## ${setting.path}\n\n${setting.description}\n\n${table(leaves)}`;
}

function table(settings: readonly Setting[]): string {
  const rows = settings.map(
    (setting) =>
      `| \`${setting.path}\` | ${cell(valuesOf(setting))} | ${defaultOf(setting)} | ${cell(setting.description)} |`,
  );
  return `| setting | value | default | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function valuesOf({ kind, rule, choices, item, secret }: Setting): string {
  switch (kind) {
    case 'boolean':
      return '`true`, `false`';
    case 'choice':
      return choices.map((choice) => `\`${choice}\``).join(', ');
    case 'list':
      return 'list';
    case 'record':
      return `map of names to ${item ? valuesOf(item) : 'values'}`;
    default: {
      const text = rule.replace(/^must (be (an? )?)?/, '').replace(/ that is not empty$/, '');
      return `${secret ? '**secret**, ' : ''}${text.replace(/'(.+?)'/g, '`$1`')}`;
    }
  }
}

function defaultOf({ default: value }: Setting): string {
  const isEmpty = value === undefined || (typeof value === 'object' && isBlank(value));
  return isEmpty ? '' : `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}

function isBlank(value: object | null): boolean {
  return Object.keys(value ?? {}).length === 0;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/<\S+>/g, '`$&`');
}

function main(args: readonly string[]): void {
  const page = settingsPage();
  const name = relative(process.cwd(), PAGE);
  if (!args.includes('--check')) {
    writeFileSync(PAGE, page);
    process.stdout.write(`${name} written\n`);
  } else if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write(`${name} is not as the schema has it. Run npx tsx scripts/settings.ts\n`);
    process.exitCode = 1;
  }
}

if (require.main === module) main(process.argv.slice(2));
