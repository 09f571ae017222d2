/** @module The files that cdk8s's App writes: their names, and their text piece by piece. */
import { ApiObject, Chart, Names, YamlOutputType } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid, ownerName } from '../../invalid';
import type { ChartOrder, OrderedChart } from '../order';
import { step } from '../progress';
import { toYaml } from '../yaml';

/** A file, or without parts a folder. */
export interface PlainFile {
  /** From the output folder. */
  readonly path: string;
  /** Whose content it is. */
  readonly owner: IConstruct;
  /** The text, made when it is asked for. */
  readonly parts?: Iterable<string>;
}

interface Document {
  readonly owner: IConstruct;
  readonly json: unknown;
}

/** The YAML files of the charts, each to be written before the next is asked for. */
export function plainFiles(
  order: ChartOrder,
  type: YamlOutputType,
  extension: string,
): Iterable<PlainFile> {
  switch (type) {
    case YamlOutputType.FILE_PER_APP:
      return filePerApp(order, extension);
    case YamlOutputType.FILE_PER_CHART:
      return filePerChart(order, extension);
    case YamlOutputType.FILE_PER_RESOURCE:
      return filePerResource(order, extension);
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
      return folderPerChart(order, extension);
  }
}

/** All documents of the app. */
export function* plainYaml({ charts }: ChartOrder): Generator<string> {
  let separator = '';
  for (const chart of charts) {
    for (const document of documentsOf(chart)) {
      yield `${separator}${yamlOf(document)}`;
      separator = '---\n';
    }
  }
}

/** `ConfigMap 'shop/settings'`: how messages name what a file is of. */
export function ownerText(owner: IConstruct): string {
  return ApiObject.isApiObject(owner) ? `${owner.kind} '${owner.node.path}'` : ownerName(owner);
}

function* filePerApp(order: ChartOrder, extension: string): Generator<PlainFile> {
  const [first] = order.charts;
  if (first)
    yield { path: `app${extension}`, owner: first.chart.node.root, parts: plainYaml(order) };
}

function* filePerChart(order: ChartOrder, extension: string): Generator<PlainFile> {
  for (const [name, one] of named(order)) {
    const parts = plainYaml({ ...order, charts: [one] });
    yield { path: `${name}${extension}`, owner: one.chart, parts };
  }
}

function* filePerResource({ charts }: ChartOrder, extension: string): Generator<PlainFile> {
  for (const chart of charts) {
    for (const document of documentsOf(chart)) {
      if (document.json === undefined) continue;
      const path = `${resourceName(document)}${extension}`;
      yield { path, owner: document.owner, parts: [yamlOf(document)] };
    }
  }
}

/** The folders of charts without objects too; their names are those of the constructs, whatever a JsonPatch says. */
function* folderPerChart(order: ChartOrder, extension: string): Generator<PlainFile> {
  for (const [name, { chart, objects }] of named(order)) {
    yield { path: name, owner: chart };
    for (const owner of objects) {
      const file = `${fileName(owner.kind, owner.metadata.name)}${extension}`;
      yield { path: `${name}/${file}`, owner, parts: [yamlOf({ owner, json: owner.toJson() })] };
    }
  }
}

/** Charts with their names, numbered where one has to be applied before another. */
function named({ charts, areDependent }: ChartOrder): readonly (readonly [string, OrderedChart])[] {
  return charts.map((one, index) => {
    const name = Names.toDnsLabel(one.chart);
    return [areDependent ? `${String(index).padStart(4, '0')}-${name}` : name, one];
  });
}

/** A chart with a `toJson` of its own has the last word on its documents. */
function* documentsOf({ chart, objects }: OrderedChart): Generator<Document> {
  if (chart.toJson === Chart.prototype.toJson)
    for (const owner of objects) yield { owner, json: owner.toJson() };
  else for (const json of chart.toJson()) yield { owner: chart, json };
}

function yamlOf({ owner, json }: Document): string {
  step();
  return toYaml(json, ownerText(owner));
}

function resourceName({ owner, json }: Document): string {
  const { kind, metadata } = Object(json);
  if (typeof metadata === 'object' && metadata !== null) return fileName(kind, metadata.name);
  throw invalid(ownerText(owner), {
    prop: 'metadata',
    rule: "must be there for the name of the object's file",
    received: metadata,
    fix: 'Leave it as it is, or choose another yamlOutputType',
  });
}

function fileName(kind: unknown, name: unknown): string {
  return `${kind}.${name}`.replace(/[^\w.-]/g, '');
}
