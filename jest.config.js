/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Files wait for the processes that they start: a core kept free for nobody would be idle.
  maxWorkers: '100%',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/'],
  transform: {
    '^.+\\.(ts|m?js)$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } },
    ],
  },
  // The Kubernetes client and what it stands on come as ES modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose)/)',
  ],
  moduleNameMapper: {
    '^@hexabase/hks$': '<rootDir>/constructs/index.ts',
    '^@hexabase/hks/app$': '<rootDir>/constructs/synth/app.ts',
  },
  collectCoverageFrom: [
    'constructs/**/*.ts',
    'platform/**/*.ts',
    'stacks/**/*.ts',
    '!constructs/imports/**',
  ],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
};
