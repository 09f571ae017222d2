/** @module An app without Projects, written as cdk8s's App writes it, in one pass. */
import type { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Warning } from '../warnings';
import { type ChartOrder, chartOrder } from './order';
import { Drafts } from './plain/drafts';
import { ownerText, plainFiles, plainYaml } from './plain/files';
import { phase } from './progress';
import { withFastResolvers } from './resolve';

const METADATA = 'construct-metadata.json';

/**
 * Writes the files of the app; those that do not change are left alone.
 * @param before called when all files are made, and none of them is in its place yet
 * @returns a warning for each object that another one's file replaces
 * @throws before anything is written
 */
export function writePlain(app: App, before: () => void): readonly Warning[] {
  const drafts = new Drafts(app.outdir);
  try {
    const warnings = withFastResolvers(app, () => draftAll(app, drafts));
    before();
    drafts.commit();
    return warnings;
  } finally {
    drafts.discard();
  }
}

/** All documents of the app as one text. */
export function yamlOfApp(app: App): string {
  return withFastResolvers(app, () => [...plainYaml(chartOrder(app))].join(''));
}

function draftAll(app: App, drafts: Drafts): readonly Warning[] {
  const order = chartOrder(app);
  const owners = new Map<string, IConstruct>();
  const warnings: Warning[] = [];
  phase(
    'rendering',
    order.charts.reduce((sum, { objects }) => sum + objects.length, 0),
  );
  for (const { path, owner, parts } of plainFiles(
    order,
    app.yamlOutputType,
    app.outputFileExtension,
  )) {
    if (parts) drafts.addFile(path, parts);
    else drafts.addFolder(path);
    const other = parts && owners.get(path);
    if (other) warnings.push(replaced(path, other, owner));
    if (parts) owners.set(path, owner);
  }
  if (app['recordConstructMetadata']) drafts.addFile(METADATA, [metadataOf(order)]);
  return warnings;
}

/** cdk8s names files by kind and name, of whatever namespace. */
function replaced(path: string, first: IConstruct, last: IConstruct): Warning {
  return {
    path: first.node.path,
    message: `'${path}' holds ${ownerText(last)} instead of ${ownerText(first)}, as cdk8s names the files of both alike. Rename one of the two, or choose another yamlOutputType.`,
  };
}

function metadataOf({ charts }: ChartOrder): string {
  const objects = charts.flatMap((chart) => chart.objects);
  const resources = Object.fromEntries(
    objects.map(({ name, node }) => [name, { path: node.path }]),
  );
  return JSON.stringify({ version: '1.0.0', resources });
}
