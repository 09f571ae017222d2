/** @module Which revisions get the requests. */
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkList } from '../check';
import type { ServiceSpecTraffic } from '../imports/serving.knative.dev';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { isRevisionOf } from './revision';

/** A part of the requests and the revision that gets it. */
export interface TrafficTarget {
  /** Name of a revision, as `revisionName` gave it: `echo-3f2a9c01de`. @default - the newest that is ready */
  readonly revision?: string;
  /** Percentage of the requests; those of all targets sum to 100. @default - 0 with a tag */
  readonly percent?: number;
  /** Gives the target a host of its own, `TAG-NAME`: a DNS label. @default - none */
  readonly tag?: string;
}

/** The traffic of the Service. */
export function resolveTraffic(
  owner: IConstruct,
  name: string,
  targets: readonly TrafficTarget[] = [{ percent: 100 }],
): ServiceSpecTraffic[] {
  checkList(
    owner,
    'traffic',
    targets,
    `[{ percent: 90, revision: '${name}-3f2a9c01de' }, { percent: 10 }]`,
  );
  const tags = new Set<string>();
  const traffic = targets.map((target, index) => {
    const prop = `traffic[${index}]`;
    checkKnown(owner, target, ['revision', 'percent', 'tag'], `${prop}.`);
    const { revision, tag } = target;
    const percent = checkInteger(owner, `${prop}.percent`, target.percent, { max: 100 });
    if (percent === undefined && tag === undefined) {
      throw invalid(owner, {
        prop,
        rule: `must have a 'percent' or a 'tag', or it would get no request`,
        received: target,
        fix: `Add the percentage, or a tag like 'canary'`,
      });
    }
    if (revision !== undefined) checkRevision(owner, `${prop}.revision`, name, revision);
    if (tag !== undefined) checkTag(owner, `${prop}.tag`, name, tag, tags);
    return compact({
      latestRevision: revision === undefined,
      revisionName: revision,
      percent: percent ?? 0,
      tag,
    });
  });
  const sum = traffic.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) {
    throw invalid(owner, {
      prop: 'traffic',
      rule: `must have percentages that sum to 100, and they sum to ${sum}`,
      received: targets,
      fix: sum === 0 ? 'Give one target percent: 100' : 'Change one of them',
    });
  }
  return traffic;
}

function checkRevision(owner: IConstruct, prop: string, name: string, revision: unknown): void {
  if (isRevisionOf(name, revision)) return;
  throw invalid(owner, {
    prop,
    rule: `must be the name of a revision of this function, which begins with '${name}-'`,
    received: revision,
    fix: `Take a name that 'revisionName' gave before, or one that kubectl get revisions shows`,
  });
}

function checkTag(
  owner: IConstruct,
  prop: string,
  name: string,
  tag: unknown,
  seen: Set<string>,
): void {
  const max = 63 - 1 - name.length;
  if (typeof tag !== 'string' || tag.length > max || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(tag)) {
    throw invalid(owner, {
      prop,
      rule: `must be a DNS label that begins with a letter, at most ${max} characters so that TAG-${name} fits in a host name`,
      received: tag,
      fix: `Use a name like 'canary'`,
    });
  }
  if (seen.has(tag)) {
    throw invalid(owner, {
      prop,
      rule: 'must not come twice',
      received: tag,
      fix: 'Give each target its own tag',
    });
  }
  seen.add(tag);
}
