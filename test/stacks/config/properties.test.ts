/** @module Whatever the settings are: valid ones come back as they were written, wrong ones are refused by a ConfigError that tells no secret. */
import fc from 'fast-check';
import { ConfigError, loadConfig, readSettings } from '../../../stacks/config/load';
import { LEAVES, SETTINGS, type Setting, shownPath } from '../../../stacks/config/tree';

/** So that an address may be asked for, files be named, the registry ask for a password, and a certificate be for a name. */
const ALWAYS = [
  ['exposure', 'loadBalancer'],
  ['packageProxy.upstreams.pip', 'https://packages.example.com'],
  ['builder.pushSecret', 'push'],
  ['builder.pullSecret', 'pull'],
  ['registry.writeNodeConfig', false],
  ['controlPlane.host', 'hks.example.com'],
] as const;

type Tree = { [name: string]: unknown };

/** Values that a setting takes, with the limits that keep settings from contradicting each other. */
function valuesOf({ path, kind, choices, rule, default: preset }: Setting): fc.Arbitrary<unknown> {
  const fixed: Record<string, fc.Arbitrary<unknown>> = {
    exposure: fc.constant('loadBalancer'),
    'knative.autoscaler.maxScaleLimit': fc.integer({ min: 100, max: 1000 }),
    'knative.autoscaler.maxScale': fc.integer({ min: 20, max: 100 }),
    'knative.autoscaler.initialScale': fc.integer({ min: 0, max: 20 }),
    'knative.features': fc.dictionary(
      fc.constantFrom('multi-container', 'kubernetes.podspec-dryrun', 'tag_header'),
      fc.constantFrom('enabled', 'disabled', 'allowed'),
    ),
    'packageProxy.enabled': fc.constant(false),
    'packageProxy.resolvers': fc.array(fc.constantFrom('10.0.0.53', '[2001:db8::53]:5353')),
    'builder.cpu': fc.constantFrom('1', '1500m', '16'),
    'builder.memory': fc.constantFrom('512Mi', '8Gi'),
    monitoringLabels: fc.constantFrom({}, { release: 'kube-prometheus-stack', 'a.b/c': '' }),
    'postgres.url': fc.constantFrom('postgres://u:p@db/hks', 'postgresql://db.example.com/hks'),
    'builder.namespace': fc.constantFrom('hks-build', 'b', 'builds-2'),
  };
  const given = fixed[path];
  if (given) return given;
  if (kind === 'boolean') return fc.boolean();
  if (kind === 'choice') return fc.constantFrom(...choices);
  if (kind === 'list')
    return fc.array(fc.constantFrom('10.0.0.53', 'registry.example.com:5000'), { maxLength: 3 });
  if (kind === 'number') {
    const [, min, max] = /from (-?\d+) to (\d+)$/.exec(rule) ?? [];
    return fc.integer({ min: Number(min), max: Number(max) });
  }
  const [, example] = /such as '(.+?)'/.exec(rule) ?? [];
  return fc.constantFrom(...[preset, example].filter((value) => typeof value === 'string'), 'some');
}

/** Some settings with values that they take, as paths. */
const valid = fc
  .subarray(LEAVES as Setting[])
  .chain((settings) =>
    fc
      .tuple(...settings.map((setting) => valuesOf(setting)))
      .map((values) => ({ settings, values })),
  )
  .map(({ settings, values }) =>
    settings
      .map((setting, index) => [setting, values[index]] as const)
      .filter(([setting, value]) => value !== 'some' || !/such as|URL/.test(setting.rule)),
  )
  .map((given) => treeOf([...given.map(([{ path }, value]) => [path, value] as const), ...ALWAYS]));

function treeOf(entries: readonly (readonly [string, unknown])[]): Tree {
  const tree: Tree = {};
  for (const [path, value] of entries) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Tree>((node, key) => {
      node[key] ??= {};
      return node[key] as Tree;
    }, tree);
    parent[last] = value;
  }
  return tree;
}

/** As `pulumi config set --path` keeps them: text at the top, and below it what looks like a number as a number. */
function asConfig(tree: Tree, guess: (value: unknown) => unknown): Record<string, string> {
  const guessed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, guessed(inner)]))
        : guess(value);
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      `hks:${key}`,
      typeof value === 'object' ? JSON.stringify(guessed(value)) : String(value),
    ]),
  );
}

test('valid settings come back, whether as an object, as JSON, as text or as guessed by the CLI', () => {
  fc.assert(
    fc.property(valid, (tree) => {
      const config = readSettings(tree);
      expect(config).toMatchObject(tree);
      expect(readSettings(config)).toEqual(config);
      expect(loadConfig(asConfig(tree, (value) => value))).toEqual(config);
      expect(loadConfig(asConfig(tree, String))).toEqual(config);
      const number = (value: unknown) =>
        typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value;
      expect(loadConfig(asConfig(tree, number))).toEqual(config);
    }),
    { numRuns: 150 },
  );
});

test('no text makes another error than a ConfigError, and the same text makes the same one', () => {
  const names = [...SETTINGS.children.keys(), 'registry.size', 'x', '__proto__'];
  const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{', '[]', 'null', '{"size":1}'));
  const source = fc.dictionary(
    fc.constantFrom(...names).map((name) => `hks:${name}`),
    text,
  );
  fc.assert(
    fc.property(source, (config) => {
      expect(outcome(() => loadConfig(config))).toEqual(outcome(() => loadConfig({ ...config })));
    }),
    { numRuns: 300 },
  );
});

test('no object makes another error than a ConfigError', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
  });
  const known = fc.dictionary(fc.constantFrom(...SETTINGS.children.keys()), anything);
  fc.assert(
    fc.property(fc.oneof(anything, known), (settings) => {
      outcome(() => readSettings(settings));
    }),
    { numRuns: 300 },
  );
});

test('one wrong value is one fault, which names its place', () => {
  const places = LEAVES.filter(
    ({ path }) => !['knative.features', 'monitoringLabels', 'exposure'].includes(path),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), valid, ({ path }, tree) => {
      const wrong = path
        .split('.')
        .reduceRight<unknown>((inner, key) => ({ [key]: inner }), { no: 1 });
      const error = outcome(() => readSettings(merged(tree, wrong as Tree))) as ConfigError;
      expect(error.faults.map((fault) => shownPath(fault.path))).toEqual([path]);
    }),
    { numRuns: 150 },
  );
});

test('no message has the password of the database, wherever else a fault is', () => {
  const password = 'correct-horse';
  const url = `postgres://hks:${password}@db.example.com/hks`;
  const wrong = fc.constantFrom<Tree>(
    { postgres: url },
    { postgres: [url] },
    { postgres: { url: [url] } },
    { postgres: { url: `x${url}` } },
    { postgres: { ur: url } },
    { postgresUrl: url },
    { 'postgres.url': url, registry: 1 },
    { postgres: { url, backup: 1 } },
    { imageMirror: url },
    { packageProxy: { upstreams: url } },
  );
  fc.assert(
    fc.property(wrong, (settings) => {
      const error = outcome(() => readSettings(settings)) as ConfigError;
      expect(error.message).not.toContain(password);
      expect(error.message.length).toBeGreaterThan(20);
    }),
  );
});

/** What was loaded, or the refusal; anything else fails the test. */
function outcome(load: () => unknown): unknown {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError && error.message !== '') return error;
    throw error;
  }
}

function merged(tree: Tree, over: Tree): Tree {
  const result: Tree = { ...tree };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    const both = typeof below === 'object' && typeof value === 'object' && !Array.isArray(below);
    result[key] = both ? merged(below as Tree, value as Tree) : value;
  }
  return result;
}
