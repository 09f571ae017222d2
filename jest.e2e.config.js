const { collectCoverageFrom, coverageThreshold, testPathIgnorePatterns, ...unit } =
  require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: ['<rootDir>/test/**/*.e2e.ts'],
  testSequencer: '<rootDir>/test/e2e/harness/sequencer.js',
  globalSetup: '<rootDir>/test/e2e/harness/setup.ts',
  // A test ends when what it waits for does not come; this is only for one that hangs.
  testTimeout: 1_800_000,
  maxWorkers: 1,
};
