/** @module Where fetched files are kept. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder } from '../../../stacks/releases/cache';

test.each([
  [{ XDG_CACHE_HOME: '/var/cache', HOME: '/home/me' }, '/var/cache/hks/releases'],
  [{ XDG_CACHE_HOME: 'cache', HOME: '/home/me' }, '/home/me/.cache/hks/releases'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/me' }, '/home/me/.cache/hks/releases'],
  [{}, join(homedir(), '.cache/hks/releases')],
])('of %j', (env, folder) => {
  expect(defaultCacheFolder(env)).toBe(folder);
});
