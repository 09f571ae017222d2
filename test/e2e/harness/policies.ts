/** @module Whether policies hold already: a network learns of a new pod late where the machine is busy, and until then refuses what is allowed and lets through what is not. */
import { SYSTEM_NAMESPACE } from '../../../constructs/system';
import { apply, untilUsable } from './apply';
import { get } from './kubectl';
import type { Pod } from './objects';
import { BUSYBOX, probe, restrictedPod, TEST_POD } from './pods';
import { untilReady } from './wait';

const NAMESPACE = 'hks-e2e-policies';
const GATE = { app: 'gate' };
const KEY = { app: 'key' };

/** Makes a gate that opens only to pods that the network knows. @throws where the cluster enforces no policies */
export async function ensurePolicies(): Promise<void> {
  const command = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await apply([namespace, ...policies()]);
  await untilUsable(NAMESPACE);
  const spec = { restartPolicy: 'Always' };
  const options = { command, image: BUSYBOX, labels: GATE, port: 8080, spec };
  await apply([restrictedPod('gate', NAMESPACE, options)]);
  await untilReady('gate', NAMESPACE);
  const closed = `for i in $(seq 120); do ${call(await address())} || exit 0; sleep 1; done; exit 1`;
  const { code } = await probe(NAMESPACE, { command: ['sh', '-c', closed] });
  if (code !== 0)
    throw new Error('The tests need a cluster whose network enforces NetworkPolicies.');
}

/**
 * Waits until policies hold for all pods and rules that there are now: the network learns of pods in their order, so it
 * knows those before the one that starts here when it lets this one through the gate.
 */
export async function untilPoliciesHold(): Promise<void> {
  const open = `until ${call(await address())}; do sleep 1; done`;
  await probe(NAMESPACE, { command: ['sh', '-c', open], labels: KEY });
}

async function address(): Promise<string> {
  return (await get<Pod>('pod', 'gate', NAMESPACE)).status?.podIP ?? '';
}

function call(host: string): string {
  return `timeout 10 nc -w 4 ${host} 8080 </dev/null`;
}

function policies(): object[] {
  const ingress = [{ from: [{ podSelector: { matchLabels: KEY } }] }];
  return [
    networkPolicy('gate', NAMESPACE, { podSelector: { matchLabels: GATE }, ingress }),
    // The platform's own namespace lets nothing out; a test that calls from there is about who is let in elsewhere.
    networkPolicy('hks-e2e-callers', SYSTEM_NAMESPACE, {
      podSelector: { matchLabels: TEST_POD },
      policyTypes: ['Egress'],
      egress: [{}],
    }),
  ];
}

/** A NetworkPolicy as it is applied. */
export function networkPolicy(name: string, namespace: string, spec: object): object {
  const metadata = { name, namespace };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
}
