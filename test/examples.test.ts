/** @module Every example synthesizes to the tree of its snapshot, the same one each time. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const EXAMPLES = resolve(__dirname, '../examples');
const examples = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

const { CDK8S_OUTDIR, HKS_EXAMPLE_IMAGES } = process.env;
let outdir: string;
let warned: jest.SpyInstance;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-examples-'));
  process.env.CDK8S_OUTDIR = join(outdir, 'dist');
  delete process.env.HKS_EXAMPLE_IMAGES;
  warned = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  warned.mockRestore();
  restore('CDK8S_OUTDIR', CDK8S_OUTDIR);
  restore('HKS_EXAMPLE_IMAGES', HKS_EXAMPLE_IMAGES);
  rmSync(outdir, { recursive: true, force: true });
});

test('the examples are these', () => {
  expect(examples).toEqual(['ai-sandbox', 'tenant-app', 'two-tenants']);
});

describe.each(examples)('%s', (example) => {
  test('synthesizes to its tree, without a warning', () => {
    expect(synthesize(example)).toMatchSnapshot();
    expect(warned).not.toHaveBeenCalled();
  });

  test('synthesizes to the same tree a second time', () => {
    const first = synthesize(example);
    expect(synthesize(example)).toEqual(first);
    rmSync(outdir, { recursive: true });
    expect(synthesize(example)).toEqual(first);
  });

  test('has a README of about ten lines', () => {
    const text = readFileSync(join(EXAMPLES, example, 'README.md'), 'utf8');
    expect(text.trim().split('\n').length).toBeGreaterThanOrEqual(7);
    expect(text.trim().split('\n').length).toBeLessThanOrEqual(12);
  });

  test('links only to files that it has', () => {
    const text = readFileSync(join(EXAMPLES, example, 'README.md'), 'utf8');
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '');
    expect(links).toContain('main.ts');
    expect(links.filter((link) => !existsSync(join(EXAMPLES, example, link)))).toEqual([]);
  });
});

test('every program of an image answers to the name that the examples know it by', () => {
  const { images } = jest.requireActual<typeof import('../examples/images')>('../examples/images');
  const folders = examples.flatMap((example) =>
    readdirSync(join(EXAMPLES, example)).filter((name) =>
      existsSync(join(EXAMPLES, example, name, 'Dockerfile')),
    ),
  );
  expect(folders.sort()).toEqual(Object.keys(images).sort());
});

/** Runs the example's program as if for the first time, and reads what it wrote. */
function synthesize(example: string): Record<string, string> {
  jest.isolateModules(() => {
    require(join(EXAMPLES, example, 'main.ts'));
  });
  const dist = join(outdir, 'dist');
  const files = readdirSync(dist, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    files.map((file) => [relative(dist, file), readFileSync(file, 'utf8')]),
  );
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
