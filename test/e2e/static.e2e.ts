/** @module The examples' trees before anything runs: the API server, strict schemas and kube-score have nothing against them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, CommandError, command, deleteNamespaces, kubectl, untilGone } from './harness';
import { examples, type RenderedObject, renderExample, type TenantTree } from './harness/examples';
import { SCHEMA_LOCATION, writeSchemas } from './harness/schemas';
import { KUBE_SCORE_EXCEPTIONS } from './kube-score-exceptions';

const folder = mkdtempSync(join(tmpdir(), 'hks-static-'));
let trees: readonly TenantTree[];

beforeAll(async () => {
  trees = (await Promise.all(examples.map(renderExample))).flat();
  await writeSchemas(folder);
});

test('every example renders at least one tenant', () => {
  expect(examples).toEqual(['ai-sandbox', 'tenant-app', 'two-tenants']);
  expect(trees.map(({ tenant }) => tenant)).toEqual(['lab', 'acme', 'north', 'south']);
});

describe('the API server', () => {
  const namespaces = () =>
    trees.flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'Namespace'));
  beforeAll(async () => {
    const names = namespaces().map(({ metadata }) => metadata.name);
    await deleteNamespaces(...names);
    for (const name of names) await untilGone('namespace', name);
    await apply(namespaces());
  });
  afterAll(() => deleteNamespaces(...namespaces().map(({ metadata }) => metadata.name)));

  test('admits every object of every tree', async () => {
    for (const tree of trees) {
      const said = await dryRun(tree.folder);
      const admitted = said.split('\n').filter((line) => line.includes('(server dry run)'));
      expect(admitted).toHaveLength(tree.objects.length);
      expect(said).not.toMatch(/would violate PodSecurity "restricted/);
    }
  });

  test('refuses the same objects with one unknown field', async () => {
    const job = trees.flatMap(({ objects }) => objects).find(({ kind }) => kind === 'CronJob');
    const wrong = { ...job, spec: { ...job?.spec, shedule: '* * * * *' } };
    await expect(apply([wrong], { dryRun: true })).rejects.toThrow(/shedule/);
  });
});

describe('kubeconform -strict', () => {
  test('finds every object valid, and knows every kind', async () => {
    const objects = trees.flatMap((tree) => tree.objects);
    expect(await conform(objects)).toEqual({
      valid: objects.length,
      invalid: 0,
      errors: 0,
      skipped: 0,
      faults: [],
    });
  });

  test.each(['CronJob', 'Service', 'NetworkPolicy'])(
    'finds a %s invalid with one unknown field in its spec',
    async (kind) => {
      const object = trees.flatMap(({ objects }) => objects).find((found) => found.kind === kind);
      const wrong = { ...object, spec: { ...object?.spec, unknown: true } } as RenderedObject;
      const { invalid, faults } = await conform([wrong]);
      expect(invalid).toBe(1);
      expect(faults).toEqual([expect.stringMatching(/'unknown' not allowed/)]);
    },
  );
});

describe('kube-score', () => {
  test('has at most five exceptions, each with a reason', () => {
    expect(KUBE_SCORE_EXCEPTIONS.length).toBeLessThanOrEqual(5);
    for (const { reason } of KUBE_SCORE_EXCEPTIONS) expect(reason.length).toBeGreaterThan(20);
  });

  test('finds nothing critical and no warning that is not an exception', async () => {
    const found = (await Promise.all(trees.map(score))).flat();
    const excepted = ({ check, object }: Finding) =>
      KUBE_SCORE_EXCEPTIONS.filter(
        (known) => known.check === check && known.only?.test(object) !== false,
      );
    expect(found.filter((finding) => excepted(finding).length === 0)).toEqual([]);
    expect(new Set(found.flatMap(excepted))).toEqual(new Set(KUBE_SCORE_EXCEPTIONS));
  });
});

async function dryRun(tree: string): Promise<string> {
  return kubectl(['apply', '--server-side', '--dry-run=server', '-k', tree]);
}

interface Conformity {
  readonly valid: number;
  readonly invalid: number;
  readonly errors: number;
  readonly skipped: number;
}

async function conform(
  objects: readonly RenderedObject[],
): Promise<Conformity & { readonly faults: readonly string[] }> {
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const location = join(folder, SCHEMA_LOCATION);
  const flags = ['-strict', '-summary', '-output', 'json', '-schema-location', location];
  const { summary, resources } = await jsonOf<{
    readonly summary: Conformity;
    readonly resources: readonly {
      readonly kind: string;
      readonly name: string;
      readonly msg: string;
    }[];
  }>('kubeconform', [...flags, file]);
  const faults = resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
  return { ...summary, faults };
}

interface Finding {
  readonly object: string;
  readonly check: string;
  readonly comments: readonly string[];
}

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string; readonly path: string }[] | null;
  }[];
}

/** From this grade on a check is passed; 5 is a warning, 1 is critical. */
const GOOD = 7;

async function score({ folder: tree }: TenantTree): Promise<readonly Finding[]> {
  const scored = await jsonOf<readonly Scored[]>('kube-score', ['score', '-o', 'json', '-'], {
    input: await kubectl(['kustomize', tree]),
  });
  return scored.flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < GOOD)
      .map(({ check, comments }) => ({
        object,
        check: check.id,
        comments: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`),
      })),
  );
}

/** What a checker prints as JSON; its exit code only tells that it found something. */
async function jsonOf<T>(
  program: string,
  args: readonly string[],
  options: { readonly input?: string } = {},
): Promise<T> {
  try {
    return JSON.parse(await command(program, args, options)) as T;
  } catch (error) {
    if (error instanceof CommandError && error.stdout !== '') return JSON.parse(error.stdout) as T;
    throw error;
  }
}
