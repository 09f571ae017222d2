/** @module Where the cluster's DNS is: what a Project's policies let its pods reach. */

import { apply, untilUsable } from './apply';
import { kubectl, list } from './kubectl';
import { uniqueName } from './namespace';
import { BUSYBOX, logs, restrictedPod } from './pods';
import { settings } from './settings';
import { untilPhase } from './wait';

/** A Project's `dns`: addresses, or undefined for kube-dns pods, the default. */
export interface DnsAddresses {
  readonly cidrs: readonly string[];
}

let known: Promise<DnsAddresses | undefined> | undefined;

/** What to give a Project as `dns` on this cluster. */
export function clusterDns(): Promise<DnsAddresses | undefined> {
  known ??= look();
  return known;
}

async function look(): Promise<DnsAddresses | undefined> {
  const { dnsCidr } = settings();
  if (dnsCidr) return { cidrs: [dnsCidr] };
  const pods = await list('pod', 'kube-system', 'k8s-app=kube-dns');
  if (pods.length > 0) return undefined;
  const name = uniqueName('resolver');
  const options = { command: ['cat', '/etc/resolv.conf'], image: BUSYBOX };
  await untilUsable('default');
  await apply([restrictedPod(name, 'default', options)]);
  try {
    await untilPhase(name, 'default', ['Succeeded', 'Failed']);
    const [, address] = /^nameserver (\S+)/m.exec(await logs(name, 'default')) ?? [];
    if (address === undefined) throw new Error('A pod of this cluster has no nameserver.');
    return { cidrs: [`${address}/32`] };
  } finally {
    await kubectl(['delete', 'pod', name, '-n', 'default', '--wait=false']);
  }
}
