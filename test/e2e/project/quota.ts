/** @module The quota of the project: what it says is used. */
import { quantity } from '../../../constructs/resources';
import { get, type KubeObject, until } from '../harness';
import { name } from './scene';

type Quota = KubeObject & { readonly status: { readonly used: Record<string, string> } };

function quota(): Promise<Quota> {
  return get<Quota>('resourcequota', 'quota', name);
}

export async function used(key: string): Promise<number> {
  return quantity((await quota()).status.used[key] ?? 'unknown');
}

export async function untilUnused(): Promise<void> {
  await until(
    'the quota to be free',
    () => used('pods'),
    (pods) => pods === 0,
  );
}

/** Waits until the quota has counted what a pod takes. */
export async function untilUsed(expected: Readonly<Record<string, number>>): Promise<void> {
  await until('the quota to have counted the pod', async () =>
    expect(await amounts()).toEqual(rounded(expected)),
  );
}

async function amounts(): Promise<Record<string, number>> {
  const { status } = await quota();
  return Object.fromEntries(
    Object.entries(status.used).flatMap(([key, value]) =>
      /^(requests|limits)\.(cpu|memory|ephemeral)/.test(key) ? [[key, quantity(value)]] : [],
    ),
  );
}

/** Thousandths, as the quota counts them. */
function rounded(amounts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(amounts).map(([key, value]) => [key, Math.round(value * 1000) / 1000]),
  );
}
