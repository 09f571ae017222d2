/** @module The app: a cdk8s App that writes a GitOps tree when it holds Projects, and what cdk8s writes when it does not. */
import { statSync } from 'node:fs';
import { ApiObject, App, type AppProps, type Chart } from 'cdk8s';
import { checkBoolean, checkKnown, checkStrings } from '../check';
import { invalid } from '../invalid';
import { Project } from '../project';
import { renderedOnce } from '../project/rendering';
import { type Warning, warningsOf } from '../warnings';
import { admit } from './admission';
import { type ArgoCdProps, resolveArgoCd } from './argocd';
import { changesOf } from './changes';
import { checkFlux, type FluxProps, fluxNamespace } from './flux';
import { checkLimit, isShared, isWithin, type Limit, limitOf } from './limit';
import { programName } from './name';
import { constructFaults, type Place, placesOf, renderObjects } from './objects';
import { chartOrder } from './order';
import { foundFolders, refuseForeign } from './ownership';
import { writePlain, yamlOfApp } from './plain';
import { phase, withProgress } from './progress';
import { withFastResolvers } from './resolve';
import { scopeFaults } from './scope';
import { isPending, swapIn } from './swap';
import { checkText } from './text';
import { tell } from './told';
import { type Output, treeOf } from './tree';

export type { ArgoCdProps } from './argocd';
export type { FluxProps, FluxSource } from './flux';

export interface HksAppProps extends AppProps {
  /**
   * Names the app in the index of every tenant that it writes. Apps that write to one folder need names of their own:
   * an app removes the tenants that it had and no longer has, and refuses those of another.
   *
   * @default - the path of the program that node runs, from the working directory and without its extension: `src/main`
   */
  readonly name?: string;
  /**
   * Writes the platform's objects (namespace, quota, limits, policies, roles, objects without a namespace) to
   * `platform/<tenant>` and the rest to `tenants/<tenant>`, so that who may change the second cannot raise a quota.
   *
   * @default false
   */
  readonly split?: boolean;
  /**
   * Kinds without a namespace that may be in the tree besides the Namespaces of Projects, as `PriorityClass.scheduling.k8s.io`.
   *
   * @default - none
   */
  readonly clusterScoped?: readonly string[];
  /** Writes an AppProject and an ApplicationSet for each folder to `argocd/`, and sync waves into the objects. @default - none */
  readonly argocd?: ArgoCdProps;
  /** Writes a Flux Kustomization for each folder to `flux/`. @default - none */
  readonly flux?: FluxProps;
}

const PROPS = [
  'name',
  'split',
  'clusterScoped',
  'argocd',
  'flux',
  'outdir',
  'outputFileExtension',
  'yamlOutputType',
  'recordConstructMetadata',
  'resolvers',
];

/** A cdk8s App whose Projects become one folder for each tenant. */
export class HksApp extends App {
  /** Name of the app in the indexes. */
  readonly name: string;
  readonly split: boolean;
  readonly clusterScoped: readonly string[];

  readonly argocd: Required<ArgoCdProps> | undefined;
  readonly flux: FluxProps | undefined;

  /** The tenants that a run is limited to, by `HKS_TENANTS`: the folders of others stay as they are. */
  private readonly limit: Limit;

  constructor(props: HksAppProps = {}) {
    checkKnown('HksApp', props, PROPS);
    super(props);
    if (props.name !== undefined) checkAppName(props.name);
    checkBoolean('HksApp', 'split', props.split);
    checkClusterScoped(props.clusterScoped);
    if (props.flux !== undefined) checkFlux(props.flux);
    this.name = props.name ?? programName(process.argv[1], process.cwd());
    this.split = props.split ?? false;
    this.clusterScoped = props.clusterScoped ?? [];
    this.argocd = props.argocd === undefined ? undefined : resolveArgoCd(props.argocd);
    this.flux = props.flux;
    this.limit = limitOf(process.env);
  }

  /**
   * Writes the tree, or without a Project exactly what cdk8s's App writes. Warnings go to stderr.
   * @throws with all faults in one message; nothing is written then
   */
  override synth(): void {
    const places = placesOf(this);
    const projects = places.flatMap(({ construct }) =>
      Project.isProject(construct) ? [construct] : [],
    );
    checkOutdir(this.outdir);
    checkLimit(this.limit, projects);
    const replaced = withProgress(() =>
      projects.length === 0 ? this.writePlain(places) : this.writeTree(places, projects),
    );
    tell(this.name, this.outdir);
    const warnings = [...warningsOf(this), ...replaced].map(
      ({ path, message }) => `warning: [${path}] ${message}\n`,
    );
    for (const warning of new Set(warnings)) process.stderr.write(warning);
  }

  /** All charts, each after those that it depends on: the order in which cdk8s writes them. */
  override get charts(): Chart[] {
    return chartOrder(this).charts.map(({ chart }) => chart);
  }

  /** The objects of all charts as one text, Projects or not. */
  override synthYaml(): string {
    refuse(constructFaults(placesOf(this)));
    return yamlOfApp(this);
  }

  /** The folders of tenants that the app no longer has go when its own files are made. */
  private writePlain(places: readonly Place[]): readonly Warning[] {
    refuse(constructFaults(places));
    return writePlain(this, () => this.write({ folders: [], gitops: new Map() }));
  }

  private writeTree(places: readonly Place[], projects: readonly Project[]): readonly Warning[] {
    this.write(
      renderedOnce(this, () => withFastResolvers(this, () => this.render(places, projects))),
    );
    return [];
  }

  private render(places: readonly Place[], projects: readonly Project[]): Output {
    const { name, split, argocd, flux, limit, clusterScoped } = this;
    const isWanted = (project: Project | undefined) =>
      project === undefined || isWithin(limit, project.tenant);
    const wanted = places.filter(({ project }) => isWanted(project));
    phase('rendering', wanted.filter(({ construct }) => ApiObject.isApiObject(construct)).length);
    const own = constructFaults(wanted);
    const rendered = renderObjects(
      this,
      (object, project) => isWanted(project) || isShared(object, clusterScoped),
    );
    const { objects, faults } = admit(rendered, projects, { clusterScoped, limit });
    const gitops = [...(argocd ? [argocd.namespace] : []), ...(flux ? [fluxNamespace(flux)] : [])];
    // What a project has found in its own objects is not said twice.
    refuse([
      ...own,
      ...scopeFaults(projects, gitops),
      ...faults.filter((fault) => !own.some((known) => known.endsWith(fault))),
    ]);
    return { ...treeOf(objects, { app: name, split, argocd, flux }), limit };
  }

  /** Does nothing, not even a lock, when the folder is as it should be. */
  private write(output: Output): void {
    const decide = () => {
      const found = foundFolders(this.outdir);
      refuseForeign(this.outdir, this.name, output, found);
      return changesOf(this.outdir, this.name, output, found);
    };
    const count = output.folders.reduce((sum, { objects }) => sum + objects.length, 0);
    phase('comparing', count);
    if (!isPending(this.outdir) && decide().next().done) return;
    phase('writing', count);
    swapIn(this.outdir, decide);
  }
}

/** @throws all faults in one message, as cdk8s words it */
function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new Error(`Validation failed with the following errors:\n  ${faults.join('\n  ')}`);
}

function checkAppName(name: unknown): void {
  checkText(
    'HksApp',
    'name',
    name,
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
    `must be 1 to 200 letters, digits, '.', '_', '-' and '/', beginning with a letter or digit`,
    'shop',
  );
}

function checkClusterScoped(kinds: unknown): void {
  for (const kind of checkStrings('HksApp', 'clusterScoped', kinds) ?? []) {
    checkText(
      'HksApp',
      'clusterScoped',
      kind,
      /^[A-Z][A-Za-z0-9]*(\.[a-z0-9][a-z0-9.-]*)?$/,
      'must be kinds with their group',
      'PriorityClass.scheduling.k8s.io',
    );
  }
}

function checkOutdir(outdir: string): void {
  const stats = statSync(outdir, { throwIfNoEntry: false });
  if (!stats || stats.isDirectory()) return;
  throw invalid('HksApp', {
    prop: 'outdir',
    rule: 'must be a folder',
    received: outdir,
    fix: `Name another folder in 'outdir', in 'output' of cdk8s.yaml or in CDK8S_OUTDIR, or move the file away`,
  });
}
