/** @module How an app ends: exit codes, failures with the lines of its TypeScript, and what goes on after it. */
import { Project } from './project';

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

/** One way to end for each argument. */
const ENDS = `
  const ends: Record<string, () => unknown> = {
    code: () => { process.exitCode = 4; },
    exit: () => { console.log('before'); process.exit(3); },
    exitCode: () => { process.exitCode = 6; process.exit(); },
    caught: () => { try { process.exit(0); } catch (error) { console.log('not reached', error); process.exit(1); } },
    rejected: async () => { await null; process.exit(5); },
    handler: () => { Promise.reject(new Error('x')).catch(() => process.exit(7)); },
    inExit: () => { process.on('exit', (code) => { console.log('exit', code); process.exit(8); }); process.exit(2); },
    exitListener: () => { process.on('exit', () => { process.exitCode = 9; }); },
    listened: () => {
      process.on('uncaughtException', (error) => console.log('mine:', error.message));
      setTimeout(() => { throw new Error('thrown'); }, 1);
      setTimeout(() => console.log('goes on'), 10);
    },
    caughtExit: () => {
      process.on('uncaughtException', (error) => { console.log('mine:', error.message); process.exit(12); console.log('not heard'); });
      setTimeout(() => { throw new Error('thrown'); }, 1);
    },
    listenedExit: () => { process.on('uncaughtException', (error) => console.log('not reached', error)); process.exit(2); },
    unheard: () => { process.removeAllListeners(); setTimeout(() => console.log('goes on'), 10); },
    unheardError: () => {
      process.on('uncaughtException', () => console.log('not reached')).removeAllListeners('uncaughtException');
      setTimeout(() => process.exit(13), 1);
    },
    left: () => { setInterval(() => {}, 5); setTimeout(() => process.exit(99), 10_000); process.exit(2); },
  };
  ends[process.argv[2] ?? '']?.();
`;

test.each([
  ['code', '4', ''],
  ['exit', '3', 'before\n'],
  ['exitCode', '6', ''],
  ['caught', '0', ''],
  ['rejected', '5', ''],
  ['handler', '7', ''],
  ['inExit', '8', 'exit 2\n'],
  ['exitListener', '9', ''],
  ['listened', '0', 'mine: thrown\ngoes on\n'],
  ['caughtExit', '12', 'mine: thrown\n'],
  ['listenedExit', '2', ''],
  ['unheard', '0', 'goes on\n'],
  ['unheardError', '13', ''],
  ['left', '2', ''],
])('%s: ends with %s, and what is after process.exit does not run', (way, end, out) => {
  project.write({ 'ends.ts': ENDS });
  expect(project.run(`tsx ends.ts ${way}`)).toEqual({ code: 0, end, out, err: '' });
});

test('a failure names lines and columns of the TypeScript, the cause too, and no frame of a loader', () => {
  project.write({
    'shop.ts': `interface Item {
  readonly price: number;
}

export function total(items: readonly Item[]): number {
  type Long = {
    a: string;
  };
  throw new Error(\`no price in \${items.length}\`, { cause: new TypeError('inner') });
}
`,
    'bad.ts': `import { total } from './shop';

enum Unused {
  A,
}
class Order {
  sum() { return total([]); }
}
new Order().sum();
`,
  });
  const shop = `${project.path}/shop.ts`;
  const bad = `${project.path}/bad.ts`;
  for (const _ of ['transpiled now', 'transpiled before']) {
    const { end, err } = project.run('tsx bad.ts');
    expect(end).toBe('1');
    expect(err).toBe(`Error: no price in 0
    at total (${shop}:9:9)
    at Order.sum (${bad}:7:18)
    at Object.<anonymous> (${bad}:9:13) {
  [cause]: TypeError: inner
      at total (${shop}:9:59)
      at Order.sum (${bad}:7:18)
      at Object.<anonymous> (${bad}:9:13)
}
`);
  }
});

test.each([
  [
    'an error that the app prints itself',
    `try { fail(); } catch (error) { console.log(error.stack); }`,
    'out',
    '0',
  ],
  ['a promise that nobody catches', `(async () => { await null; fail(); })();`, 'err', '1'],
  ['an error later', `setTimeout(() => fail(), 1);`, 'err', '1'],
] as const)('%s has the lines of the TypeScript', (_, last, stream, end) => {
  project.write({
    'later.ts': `type A = {\n  a: 1;\n};\nfunction fail() {\n  throw new Error('late');\n}\n${last}\n`,
  });
  const run = project.run('tsx later.ts');
  expect(run.end).toBe(end);
  expect(run[stream]).toContain(`Error: late\n    at fail (${project.path}/later.ts:5:9)\n`);
  expect(run[stream]).toContain(`${project.path}/later.ts:7:`);
});

test('a syntax error names file, line, column and who imports it', () => {
  project.write({
    'broken.ts': `const a: number = 1;\nexport const b: = 3;\n`,
    'importer.ts': `import { b } from './broken';\nconsole.log(b);\n`,
  });
  expect(project.run('tsx importer.ts')).toEqual({
    code: 0,
    end: '1',
    out: '',
    err: `${project.path}/broken.ts:2:17
export const b: = 3;
                ^

SyntaxError: Unexpected "="
    at Object.<anonymous> (${project.path}/importer.ts:1:19)
`,
  });
});

test('what is thrown and is no error is shown as it is; a missing file is named', () => {
  project.write({ 'text.ts': `throw { a: 'text' };`, 'missing.ts': `\n\nimport './nowhere.js';` });
  expect(project.run('tsx text.ts')).toMatchObject({ end: '1', err: "Uncaught { a: 'text' }\n" });
  const { end, err } = project.run('tsx missing.ts');
  expect(end).toBe('1');
  expect(err).toMatch(
    /^Error: Cannot find module '.\/nowhere.js'\nRequire stack:\n- .*missing.ts\n/,
  );
  expect(err).toContain(`(${project.path}/missing.ts:3:8)`);
});
