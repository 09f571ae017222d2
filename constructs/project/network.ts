/** @module A project's own policies: nothing in, nothing out, and the names that pods ask DNS for. */
import type { IConstruct } from 'constructs';
import { checkKnown, checkLabels, checkName, checkObject } from '../check';
import { invalid } from '../invalid';
import type { AllowRule, Peer } from '../network';
import { checkCidrs } from './rules';

/** Where pods ask for names: the pods of the cluster's DNS, or its addresses where it runs outside of pods. */
export type Dns =
  | {
      readonly pods: {
        readonly namespace: string;
        readonly labels: Readonly<Record<string, string>>;
      };
    }
  | { readonly cidrs: readonly string[] };

/** The cluster DNS of Kubernetes and of K3s. */
export const KUBE_DNS: Dns = {
  pods: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
};

/** Names of the policies that every project has; rules must not take them. */
export const DEFAULT_DENY = 'default-deny';
export const ALLOW_DNS = 'allow-dns';

/** All pods, both ways. */
export const DEFAULT_DENY_SPEC = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };

/** The rule that lets pods ask for names; none where the project has no DNS. */
export function resolveDns(
  owner: IConstruct,
  prop: string,
  dns: Dns | false = KUBE_DNS,
): AllowRule | undefined {
  if (dns === false) return undefined;
  return {
    name: ALLOW_DNS,
    direction: 'egress',
    peers: [dnsPeer(owner, prop, dns)],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  };
}

function dnsPeer(owner: IConstruct, prop: string, dns: Dns): Peer {
  const example = `{ cidrs: ['10.43.0.10/32'] }`;
  checkObject(owner, prop, dns, example);
  checkKnown(owner, dns, ['pods', 'cidrs'], `${prop}.`);
  if ('pods' in dns === 'cidrs' in dns) {
    throw invalid(owner, {
      prop,
      rule: 'must be either { pods: { namespace, labels } } or { cidrs }',
      received: dns,
      fix: `Write ${example}, or leave it out for the pods of kube-dns`,
    });
  }
  if ('cidrs' in dns) {
    checkCidrs(owner, `${prop}.cidrs`, dns.cidrs);
    return { cidrs: dns.cidrs };
  }
  const pods = `${prop}.pods`;
  checkObject(
    owner,
    pods,
    dns.pods,
    `{ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }`,
  );
  checkKnown(owner, dns.pods, ['namespace', 'labels'], `${pods}.`);
  const { namespace, labels } = dns.pods;
  checkName(owner, `${pods}.namespace`, namespace);
  checkLabels(owner, `${pods}.labels`, labels ?? null);
  if (Object.keys(labels).length === 0) {
    throw invalid(owner, {
      prop: `${pods}.labels`,
      rule: 'must name at least one label, since none would open every pod of the namespace',
      received: labels,
      fix: `Write { 'k8s-app': 'kube-dns' }`,
    });
  }
  return { namespace, pods: labels };
}
