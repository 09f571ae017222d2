/** @module The internal registry, as the tests reach it: by its node port. */
import { settings } from './settings';
import { until } from './wait';

export async function untilRegistryAnswers(): Promise<void> {
  await until(
    'the registry to be ready',
    () => askRegistry('/v2/'),
    ({ status }) => status === 200,
  );
}

/** Sends a request to the registry, again while nobody answers; `path` as `/v2/…`, or as the registry named it. */
export async function askRegistry(path: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(path, settings().registry);
  return until(`the registry to answer at ${url}`, () => fetch(url, init));
}
