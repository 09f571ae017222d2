/** @module Events of a broker that reach the function. */
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkKnown, checkObject } from '../check';
import { KnativeTrigger } from '../imports/eventing.knative.dev';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { Project } from '../project';
import { EventBroker } from './broker';
import { type Delivery, resolveDelivery, type SinkReference } from './delivery';
import { ATTRIBUTE, type EventFilter, resolveFilters } from './filter';
import { checkServiceName, triggerName } from './names';

/** The function gets the events of a broker that pass the filter. Sources of your own send to `sinkRef()` without a trigger. */
export interface EventTrigger {
  readonly type: 'event';
  /** Tells several apart: the Trigger is called `FUNCTION-NAME`. @default 'event' */
  readonly name?: string;
  /** The broker or its name. @default 'default' */
  readonly broker?: EventBroker | string;
  /** Attributes that an event must have, such as `{ type: 'com.example.order' }`; '' is any value. @default - every event */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Expressions that all must hold; not together with `attributes`. @default - every event */
  readonly filters?: readonly EventFilter[];
  /** Path that events are posted to. @default '/' */
  readonly path?: string;
  /** Retries and dead letters. @default - the broker's */
  readonly delivery?: Delivery;
}

export interface EventTarget {
  readonly name: string;
  readonly project: Project;
  readonly ref: SinkReference;
}

/** Longest name of a Trigger: it becomes the value of a label. */
const MAX_NAME = 63;

/** Renders the Trigger. */
export function addEventTrigger(
  owner: Construct,
  prop: string,
  trigger: EventTrigger,
  { name: functionName, project, ref }: EventTarget,
): ApiObject {
  const known = ['type', 'name', 'broker', 'attributes', 'filters', 'path', 'delivery'];
  checkKnown(owner, trigger, known, `${prop}.`);
  const name = triggerName(owner, prop, functionName, trigger.name, 'event', MAX_NAME);
  const { attributes, filters, path } = trigger;
  if (attributes !== undefined && filters !== undefined) {
    throw invalid(owner, {
      prop: `${prop}.attributes`,
      rule: `must not come with 'filters', which would override it`,
      received: attributes,
      fix: 'Write it as one of the filters: { exact: … }',
    });
  }
  const manifest = KnativeTrigger.manifest({
    metadata: project.objectMetadata('function', name),
    spec: compact({
      broker: brokerName(owner, `${prop}.broker`, trigger.broker),
      filter:
        attributes === undefined
          ? undefined
          : { attributes: checkAttributes(owner, `${prop}.attributes`, attributes) },
      filters:
        filters === undefined ? undefined : resolveFilters(owner, `${prop}.filters`, filters),
      subscriber: compact({
        ref,
        uri: path === undefined ? undefined : checkPath(owner, `${prop}.path`, path),
      }),
      delivery: resolveDelivery(owner, `${prop}.delivery`, trigger.delivery),
    }),
  });
  return new ApiObject(owner, `trigger-${name}`, manifest);
}

/** The name of the broker, checked. */
export function brokerName(
  owner: Construct,
  prop: string,
  given: EventBroker | string = 'default',
): string {
  if (!(given instanceof EventBroker)) return checkServiceName(owner, prop, given, 63);
  const project = Project.of(owner);
  if (given.project === project) return given.name;
  throw invalid(owner, {
    prop,
    rule: `must be of the same project, '${project.node.path}'`,
    received: given.node.path,
    fix: `Create the EventBroker in the function's project`,
  });
}

function checkAttributes(
  owner: Construct,
  prop: string,
  attributes: Readonly<Record<string, string>>,
) {
  checkObject(owner, prop, attributes, `{ type: 'com.example.order' }`);
  for (const [key, value] of Object.entries(attributes)) {
    if (ATTRIBUTE.test(key) && typeof value === 'string') continue;
    throw invalid(owner, {
      prop: `${prop}.${key}`,
      rule: 'must be a string under a name of lower-case letters and digits that begins with a letter',
      received: value,
      fix: `Write { type: 'com.example.order' }`,
    });
  }
  return { ...attributes };
}

/** Refuses what is no path of a URL. */
export function checkPath(owner: Construct, prop: string, path: unknown): string {
  if (
    typeof path === 'string' &&
    /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?$/.test(path) &&
    !path.startsWith('//')
  )
    return path;
  throw invalid(owner, {
    prop,
    rule: `must be a path that begins with one '/', in the characters of a URL`,
    received: path,
    fix: `Write '/orders', other characters as encodeURIComponent gives them`,
  });
}
