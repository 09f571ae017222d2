/** @module Every prop of every construct, given what it cannot be, is refused in the one form of refusals. */
import { join, resolve } from 'node:path';
import { App } from 'cdk8s';
import ts from 'typescript';
import * as hks from '../constructs';

const ROOT = resolve(__dirname, '..');
const IMAGE = 'ghcr.io/acme/api:1.4.2';
const DIGEST = `ghcr.io/acme/api@sha256:${'0'.repeat(64)}`;

/** Each kind of props, and how one is made of them. */
const MAKERS: Record<string, (wrong: object) => unknown> = {
  HksAppProps: (wrong) => new hks.HksApp(wrong),
  ProjectProps: (wrong) => new hks.Project(new App(), 'shop', { tenant: 'acme', ...wrong }),
  TemplateAppProps: (wrong) => new hks.TemplateApp(project(), 'api', { image: IMAGE, ...wrong }),
  HksCronJobProps: (wrong) =>
    new hks.HksCronJob(project(), 'nightly', {
      image: IMAGE,
      schedule: hks.Schedule.daily(),
      ...wrong,
    } as hks.HksCronJobProps),
  HksFunctionProps: (wrong) =>
    new hks.HksFunction(project(), 'echo', { image: DIGEST, ...wrong } as hks.HksFunctionProps),
  BackupScheduleProps: (wrong) =>
    new hks.BackupSchedule(project(), 'backup', {
      source: { pvcs: [{ claim: 'data' }] },
      storage: { pvc: { claim: 'backups' } },
      encryption: { secret: 'backup', key: 'password' },
      schedule: hks.Schedule.daily(),
      ...wrong,
    } as unknown as hks.BackupScheduleProps),
  SandboxBuilderProps: (wrong) =>
    new hks.SandboxBuilder(new App(), 'ai', { tenant: 'acme', ...wrong }),
  HourlyOptions: (wrong) => hks.Schedule.hourly(wrong),
  DailyOptions: (wrong) => hks.Schedule.daily(wrong),
  WeeklyOptions: (wrong) => hks.Schedule.weekly(wrong),
  MonthlyOptions: (wrong) => hks.Schedule.monthly(wrong),
  CronOptions: (wrong) => hks.Schedule.cron('0 3 * * *', wrong),
  FromEnvOptions: (wrong) => hks.Schedule.fromEnv('WHEN', { default: '0 3 * * *', ...wrong }),
};

/** What no prop can be: a caller in JavaScript, or a value that came from elsewhere. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ['a symbol', Symbol('wrong')],
  ['an object of unknown keys', { nonsense: true }],
  ['not a number', Number.NaN],
];

/** Props that any object fits. */
const ANY_OBJECT = new Set(['CronOptions.env', 'FromEnvOptions.env']);

/** Props that cdk8s itself takes. */
const PASSED_ON = new Set([
  'HksAppProps.outdir',
  'HksAppProps.outputFileExtension',
  'HksAppProps.yamlOutputType',
  'HksAppProps.recordConstructMetadata',
  'HksAppProps.resolvers',
]);

const interfaces = propsByInterface();

test('every class that takes props is here', () => {
  const taken = Object.keys(interfaces).filter(
    (name) => name.endsWith('Props') && name.slice(0, -5) in hks,
  );
  expect(taken.filter((name) => !(name in MAKERS) && !BUILT_BY_OTHERS.has(name))).toEqual([]);
  expect(Object.keys(MAKERS).filter((name) => (interfaces[name] ?? []).length === 0)).toEqual([]);
});

const BUILT_BY_OTHERS = new Set(['EventBrokerProps']);

describe.each(Object.entries(MAKERS))('%s', (name, make) => {
  test('the right props make one', () => {
    expect(() => make({})).not.toThrow();
  });
  const cases = (interfaces[name] ?? [])
    .filter((prop) => !PASSED_ON.has(`${name}.${prop}`))
    .flatMap((prop) =>
      WRONG.filter(
        ([, value]) => typeof value !== 'object' || !ANY_OBJECT.has(`${name}.${prop}`),
      ).map(([what, value]) => [prop, what, value] as const),
    );

  test.each(cases)("'%s' refuses %s", (prop, _what, value) => {
    const form = new RegExp(
      `^'${prop}([.[][^']*)?' of \\S+( '[^']*')? [^]+, received [^]+\\. [^]+\\.$`,
    );
    expect(() => make({ [prop]: value })).toThrow(form);
  });

  test('an unknown prop is refused, with the name that was meant', () => {
    const known = (interfaces[name] ?? [])[0] ?? '';
    expect(() => make({ [`${known}x`]: 1 })).toThrow(
      new RegExp(
        `^'${known}x' of .+ is not a known prop, received 1\\. Did you mean '${known}'\\.$`,
      ),
    );
  });
});

function project(): hks.Project {
  return new hks.Project(new App(), 'shop', { tenant: 'acme' });
}

/** The names of the members of every exported interface, inherited ones too. */
function propsByInterface(): Record<string, readonly string[]> {
  const entry = join(ROOT, 'constructs', 'index.ts');
  const { options } = ts.convertCompilerOptionsFromJson(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions,
    ROOT,
  );
  const program = ts.createProgram([entry], { ...options, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} has no exports`);
  return Object.fromEntries(
    checker.getExportsOfModule(module).map((symbol) => {
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const type = checker.getDeclaredTypeOfSymbol(target);
      return [symbol.name, checker.getPropertiesOfType(type).map(({ name }) => name)];
    }),
  );
}
