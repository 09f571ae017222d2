/** @module What calls a function: HTTP requests, a schedule, events. */
import type { Construct } from 'constructs';
import { checkObject, checkOneOf } from '../check';
import { invalid } from '../invalid';
import type { EventTrigger } from './event';
import { type Http, type HttpTrigger, resolveHttp } from './http';
import type { ScheduleTrigger } from './schedule';

export type Trigger = HttpTrigger | ScheduleTrigger | EventTrigger;

/** The triggers by type, each with the prop that it came as. */
export interface Triggers {
  readonly http: Http;
  readonly schedules: readonly { readonly prop: string; readonly trigger: ScheduleTrigger }[];
  readonly events: readonly { readonly prop: string; readonly trigger: EventTrigger }[];
}

const TYPES = ['http', 'schedule', 'event'] as const;

/** Sorts the triggers by type and refuses two of one name. */
export function resolveTriggers(owner: Construct, given: readonly Trigger[] = []): Triggers {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop: 'triggers',
      rule: 'must be an array of triggers',
      received: given,
      fix: `Write [{ type: 'http', visibility: 'public' }]`,
    });
  }
  const seen = new Set<string>();
  const all = given.map((trigger: Trigger, index) => {
    const prop = `triggers[${index}]`;
    checkObject(owner, prop, trigger, `{ type: 'http' }`);
    checkOneOf(owner, `${prop}.type`, trigger.type ?? null, TYPES);
    const name = `${trigger.type}-${('name' in trigger && trigger.name) || trigger.type}`;
    if (seen.has(name)) throw refusedTwice(owner, prop, trigger);
    seen.add(name);
    return { prop, trigger };
  });
  const http = all.find(({ trigger }) => trigger.type === 'http');
  return {
    http: http
      ? resolveHttp(owner, http.prop, http.trigger as HttpTrigger)
      : { isPublic: false, domains: [] },
    schedules: all.flatMap(({ prop, trigger }) =>
      trigger.type === 'schedule' ? [{ prop, trigger }] : [],
    ),
    events: all.flatMap(({ prop, trigger }) =>
      trigger.type === 'event' ? [{ prop, trigger }] : [],
    ),
  };
}

function refusedTwice(owner: Construct, prop: string, trigger: Trigger): Error {
  const isHttp = trigger.type === 'http';
  return invalid(owner, {
    prop: isHttp ? prop : `${prop}.name`,
    rule: isHttp ? 'must be the only one of its type' : 'must be its own among those of its type',
    received: isHttp ? trigger : (trigger as ScheduleTrigger).name,
    fix: isHttp ? 'Join the two' : `Give each a name, like name: 'nightly'`,
  });
}
