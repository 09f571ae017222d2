/** @module Which commands run in the process of `hks`, and which need a shell. */
import { parseCommand } from '../../../../platform/cli/app/command';

test.each([
  ['node main.js', 'node', 'main.js', []],
  ['tsx main.ts', 'tsx', 'main.ts', []],
  ['ts-node main.ts', 'ts-node', 'main.ts', []],
  ['npx tsx main.ts', 'tsx', 'main.ts', []],
  ['npx --yes tsx main.ts', 'tsx', 'main.ts', []],
  ['npx -y tsx main.ts', 'tsx', 'main.ts', []],
  ['npx ts-node main.ts', 'ts-node', 'main.ts', []],
  ['node --import tsx main.ts', 'tsx', 'main.ts', []],
  ['node --import=tsx main.ts', 'tsx', 'main.ts', []],
  ['  node   ./src/main.js  ', 'node', './src/main.js', []],
  [
    `tsx main.ts --stage prod 'a b' "c d"x -- y`,
    'tsx',
    'main.ts',
    ['--stage', 'prod', 'a b', 'c dx', '--', 'y'],
  ],
  [`node 'my app/main.js' ''`, 'node', 'my app/main.js', ['']],
  ['node main.js A=b', 'node', 'main.js', ['A=b']],
])('%j runs a program', (command, runner, program, args) => {
  expect(parseCommand(command)).toEqual({ runner, program, args });
});

test.each([
  '',
  'node',
  'tsx',
  'npx main.ts',
  'node --inspect main.js',
  'node -r ts-node/register main.ts',
  'node --import ./setup.mjs main.js',
  'node - ',
  'node inspect main.js',
  'tsx watch main.ts',
  'tsx --tsconfig other.json main.ts',
  'ts-node --project other.json main.ts',
  'npx --package tsx tsx main.ts',
  'NODE_ENV=x node main.js',
  'node main.js && echo done',
  'node main.js; echo done',
  'node main.js | tee log',
  'node main.js > log',
  'node main.js &',
  'node $MAIN',
  'node "$MAIN"',
  'node `which main.js`',
  'node main.js *.yaml',
  'node ~/main.js',
  'node main.js # comment',
  'node main.js\nnode other.js',
  'node a\\ b.js',
  `node 'main.js`,
  'node {a,b}.js',
  'python main.py',
  'npm run synth',
  './node main.js',
  `node ${'a'.repeat(5000)} $X`,
])('%j needs a shell', (command) => {
  expect(parseCommand(command)).toBeUndefined();
});
