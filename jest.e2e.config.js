const { collectCoverageFrom, coverageThreshold, testPathIgnorePatterns, ...unit } =
  require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  globalSetup: '<rootDir>/test/e2e/harness/setup.ts',
  testTimeout: 300_000,
  maxWorkers: 1,
};
