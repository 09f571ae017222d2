/** @module Domains of a tenant that lead to a function, and the cluster's claims of them, which are the platform's to make. */
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkStrings } from '../check';
import { KnativeClusterDomainClaim } from '../imports/networking.internal.knative.dev';
import { KnativeDomainMapping } from '../imports/serving.knative.dev';
import { invalid } from '../invalid';
import type { Project } from '../project';

/** Says that a domain belongs to a namespace; cluster-scoped, so that no tenant can take another's. */
export interface DomainClaim {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly namespace: string };
}

/** Refuses what is no full domain name, what lies in the cluster's own domain, and what comes twice. */
export function checkDomains(owner: Construct, prop: string, given: unknown): readonly string[] {
  const domains = checkStrings(owner, prop, given) ?? [];
  domains.forEach((domain, index) => {
    const refuse = (rule: string, fix: string) =>
      invalid(owner, { prop: `${prop}[${index}]`, rule, received: domain, fix });
    if (
      domain.length > 253 ||
      !/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(domain)
    ) {
      throw refuse(
        'must be a full domain name in lower case, without scheme, port, path or wildcard, and no address',
        `Write it like 'api.example.com'`,
      );
    }
    if (`.${domain}`.endsWith('.cluster.local')) {
      throw refuse(
        `must not be below 'cluster.local', where the cluster names its own Services`,
        `Use a domain of yours, like 'api.example.com'`,
      );
    }
    if (domains.indexOf(domain) !== index) {
      throw refuse('must not come twice', 'Leave out the second one');
    }
  });
  return domains;
}

/** A DomainMapping for each domain. */
export function mapDomains(
  owner: Construct,
  project: Project,
  name: string,
  domains: readonly string[],
): readonly ApiObject[] {
  return domains.map((domain) => {
    const { labels } = project.objectMetadata('function', name);
    const manifest = KnativeDomainMapping.manifest({
      metadata: { name: domain, namespace: project.namespace, labels },
      spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name } },
    });
    return new ApiObject(owner, `domain-${domain}`, manifest);
  });
}

/** The claim that a domain needs before its mapping answers. */
export function domainClaim(project: Project, name: string, domain: string): DomainClaim {
  const { labels = {} } = project.objectMetadata('function', name);
  return KnativeClusterDomainClaim.manifest({
    metadata: { name: domain, labels },
    spec: { namespace: project.namespace },
  });
}
