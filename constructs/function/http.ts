/** @module Requests from outside or from within the cluster. */
import type { Construct } from 'constructs';
import { checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { checkDomains } from './domain';

/** The function answers HTTP requests. */
export interface HttpTrigger {
  readonly type: 'http';
  /** Whether the gateway answers for it to the outside too. @default 'cluster-local' */
  readonly visibility?: 'public' | 'cluster-local';
  /** Domains that lead to the function besides its own host; each needs a claim of the platform's. @default [] */
  readonly domains?: readonly string[];
}

/** Who may send requests, with every default filled in; without a trigger nobody from outside. */
export interface Http {
  readonly isPublic: boolean;
  readonly domains: readonly string[];
}

/** The label that keeps a Service off the gateway's public side. */
export const VISIBILITY_LABEL = 'networking.knative.dev/visibility';

export function resolveHttp(owner: Construct, prop: string, trigger: HttpTrigger): Http {
  checkKnown(owner, trigger, ['type', 'visibility', 'domains'], `${prop}.`);
  const visibility =
    checkOneOf(owner, `${prop}.visibility`, trigger.visibility, [
      'public',
      'cluster-local',
    ] as const) ?? 'cluster-local';
  const domains = checkDomains(owner, `${prop}.domains`, trigger.domains);
  if (visibility === 'cluster-local' && domains.length > 0) {
    throw invalid(owner, {
      prop: `${prop}.domains`,
      rule: `must not be given for a function that is 'cluster-local', since a domain makes it public`,
      received: domains,
      fix: `Add visibility: 'public', or leave out the domains`,
    });
  }
  return { isPublic: visibility === 'public', domains };
}
