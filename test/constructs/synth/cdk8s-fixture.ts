/** @module One app built twice, as cdk8s's App and as HksApp: the same files, with documents that parse equal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, type AppProps, Chart, Testing, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { parseAllDocuments } from 'yaml';
import { HksApp } from '../../../constructs/synth/app';
import { contentsOf, thrownBy } from './folder';

/** Adds constructs to an app; called for several apps. */
export type Build = (app: App) => unknown;

type Maker = (props: AppProps) => App;

const MAKERS: readonly Maker[] = [
  (props) => new App(props),
  (props) => new HksApp({ ...props, name: 'test' }),
];

/** All ways to divide documents into files. */
export const TYPES = [
  YamlOutputType.FILE_PER_APP,
  YamlOutputType.FILE_PER_CHART,
  YamlOutputType.FILE_PER_RESOURCE,
  YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
] as const;

export function object(scope: Construct, id: string, kind = 'Kind'): ApiObject {
  return new ApiObject(scope, id, { apiVersion: 'v1', kind });
}

/** A construct with an object in it. */
export class Custom extends Construct {
  readonly object: ApiObject;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.object = object(this, `${id}obj`, 'Custom');
  }
}

/** Documents by the path of their file. */
export type Written = Readonly<Record<string, readonly unknown[]>>;

/** What both write, after both have also been asked for their charts and for one text of all. */
export function same(build: Build, props: AppProps = {}): Written {
  const [theirs, ours] = MAKERS.map((make) => written(make, build, props));
  expect(ours).toEqual(theirs);
  expect(Object.keys(ours?.files ?? {})).toEqual(Object.keys(theirs?.files ?? {}));
  return ours?.files ?? {};
}

/** What both throw. */
export function sameError(build: Build, props: AppProps = {}): string {
  const [theirs, ours] = MAKERS.map((make) => thrownBy(() => written(make, build, props)).message);
  expect(ours).toBe(theirs);
  return ours ?? '';
}

interface Outcome {
  readonly files: Written;
  /** Paths of the charts. */
  readonly charts: readonly string[];
  /** Documents of `synthYaml()`. */
  readonly text: readonly unknown[];
  /** `toJson()` of each chart, by its path. */
  readonly json: Readonly<Record<string, readonly unknown[]>>;
}

function written(make: Maker, build: Build, props: AppProps): Outcome {
  const outdir = mkdtempSync(join(tmpdir(), 'hks-cdk8s-'));
  try {
    const app = make({ ...props, outdir });
    build(app);
    app.synth();
    const texts = Object.entries(contentsOf(outdir));
    const files = Object.fromEntries(texts.map(([file, text]) => [file, documentsIn(text)]));
    const charts = app.charts.map(({ node }) => node.path);
    const text = documentsIn(app.synthYaml());
    const found = app.node.findAll().filter(Chart.isChart);
    const json = Object.fromEntries(found.map((one) => [one.node.path, Testing.synth(one)]));
    return { files, charts, text, json };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function documentsIn(text: string): readonly unknown[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJSON());
}
