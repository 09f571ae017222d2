/** @module A project with one function, as the tests of functions need it. */
import { Testing } from 'cdk8s';
import { HksFunction, type HksFunctionProps } from '../../../constructs/function';
import { Project, type ProjectProps } from '../../../constructs/project';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const IMAGE = `registry.example.com/shop/echo@${DIGEST}`;

export function makeProject(props: Partial<ProjectProps> = {}): Project {
  return new Project(Testing.app(), 'shop', { tenant: 'acme', ...props });
}

export function makeFunction(props: Partial<HksFunctionProps> = {}, id = 'echo'): HksFunction {
  return new HksFunction(makeProject(), id, { image: IMAGE, ...props });
}

/** What the props are refused with; fails where they are taken. */
export function refusal(props: object, id = 'echo'): string {
  try {
    makeFunction(props as Partial<HksFunctionProps>, id);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(props)} was taken`);
}

interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
  readonly spec: Spec;
}
/** The parts of specs that tests look at. */
interface Spec {
  readonly template: {
    readonly metadata: Rendered['metadata'];
    readonly spec: Record<string, unknown> & { readonly containers: readonly RenderedContainer[] };
  };
  readonly traffic: readonly object[];
  readonly jobTemplate: {
    readonly spec: { readonly template: { readonly spec: Spec['template']['spec'] } };
  };
  readonly [key: string]: unknown;
}
interface RenderedContainer {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: object;
  }[];
  readonly [key: string]: unknown;
}

/** All that the function renders, without what the project renders. */
export function rendered(fn: HksFunction): readonly Rendered[] {
  const own = new Set(
    fn.node
      .findAll()
      .flatMap((found) =>
        'name' in found && 'kind' in found ? [`${found.kind}/${found.name}`] : [],
      ),
  );
  return (fn.project.toJson() as Rendered[]).filter(({ kind, metadata }) =>
    own.has(`${kind}/${metadata.name}`),
  );
}

export function one(fn: HksFunction, kind: string): Rendered {
  const found = rendered(fn).filter((object) => object.kind === kind);
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} objects of the kind ${kind}`);
  return found[0];
}

/** The function's container. */
export function container(fn: HksFunction): RenderedContainer {
  const [first] = one(fn, 'Service').spec.template.spec.containers;
  if (!first) throw new Error('no container');
  return first;
}
