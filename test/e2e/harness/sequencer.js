/** @module The order of the end-to-end tests: by name, and the one that removes the platform after those that use it. */
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (path.endsWith('/stacks.e2e.ts') ? 1 : 0);
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
