/** @module The command line of the bench. */
import { settingsOf, USAGE } from '../../../bench/harness/settings';

const ROWS = ['cpu', 'graph'];

test('all rows and twenty pairs, unless told otherwise', () => {
  expect(settingsOf([], ROWS)).toEqual({
    rows: [],
    pairs: 20,
    quick: false,
    kubectl: 'kubectl',
    helm: undefined,
    write: false,
  });
  expect(settingsOf(['graph', '--quick', '--helm', '/bin/helm'], ROWS)).toMatchObject({
    rows: ['graph'],
    pairs: 3,
    helm: '/bin/helm',
  });
  expect(settingsOf(['--quick', '--pairs', '7'], ROWS).pairs).toBe(7);
});

test.each([
  [['speed'], "no row is called 'speed': cpu, graph"],
  [['--pairs', '0'], '--pairs must be a whole number from 1: 0'],
  [['--pairs', 'many'], '--pairs must be a whole number from 1: many'],
])('%j is not understood', (args, message) => {
  expect(() => settingsOf(args, ROWS)).toThrow(new Error(`${message}\n${USAGE}`));
});

test('an option that there is not is refused', () => {
  expect(() => settingsOf(['--fast'], ROWS)).toThrow(/^Unknown option '--fast'/);
});
