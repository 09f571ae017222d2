/** @module Calls of the function on a schedule: a CronJob whose program sends one request and judges the answer by its status. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { checkBoolean, checkInstance, checkInteger, checkKnown, checkOneOf } from '../check';
import { HksCronJob } from '../cron-job';
import type { Environment, SecretKey } from '../environment';
import { checkImage, IMAGES } from '../images';
import { invalid } from '../invalid';
import { LABELS } from '../labels';
import { compact } from '../manifest';
import type { Project } from '../project';
import { Schedule } from '../schedule';
import { CALLER, CALLER_PROGRAM } from './caller';
import { checkPath } from './event';
import { type CallHeaders, callHeaders, isKeyOf } from './headers';
import { triggerName } from './names';
import { asIs, type CallPayload, resolvePayload } from './payload';
import { TO_GATEWAY } from './policies';
import { checkSeconds } from './seconds';

/** The function is called on a schedule. */
export interface ScheduleTrigger {
  readonly type: 'schedule';
  /** Tells several apart: the CronJob is called `FUNCTION-NAME`. @default 'schedule' */
  readonly name?: string;
  readonly schedule: Schedule;
  /** @default 'POST' */
  readonly method?: (typeof METHODS)[number];
  /** Path and query that are called. @default '/' */
  readonly path?: string;
  /** Body of the request: text, bytes, or a key of a ConfigMap or Secret; at most 64 KiB when written here. @default - no body */
  readonly payload?: CallPayload;
  /** Headers; secret ones as `{ secret, key }`. @default - a content type that fits the payload */
  readonly headers?: CallHeaders;
  /** Sent as `Authorization: Bearer …`. @default - none */
  readonly token?: SecretKey;
  /** Calls after the first when there was no answer, or 408, 425, 429 or 5xx: after 1 s, 2 s, 4 s … up to 30 s. @default 0 */
  readonly retries?: number;
  /** How long one call may take. @default - the function's `timeout`, or less where the runs lie closer */
  readonly timeout?: Duration;
  /** Keeps the CronJob from starting runs. @default false */
  readonly suspend?: boolean;
  /** Image with Python 3.8 or newer that runs the program. @default IMAGES.client */
  readonly image?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const KNOWN = [
  'type',
  'name',
  'schedule',
  'method',
  'path',
  'payload',
  'headers',
  'token',
  'retries',
].concat('timeout', 'suspend', 'image');
/** Longest name of a CronJob: Kubernetes appends 11 characters for each Job. */
const MAX_NAME = 52;
/** One request at a time. */
const RESOURCES = {
  cpu: { request: Cpu.millis(10), limit: Cpu.millis(250) },
  memory: { request: Size.mebibytes(32), limit: Size.mebibytes(128) },
};
/** For pulling the image and starting the pod. */
const START = 30;

export interface ScheduleTarget {
  readonly name: string;
  readonly project: Project;
  readonly url: string;
  /** The function's timeout in seconds. */
  readonly timeout: number;
}

/** Renders the CronJob, and lets its pods reach the gateway. */
export function addScheduleTrigger(
  owner: Construct,
  prop: string,
  trigger: ScheduleTrigger,
  target: ScheduleTarget,
): HksCronJob {
  checkKnown(owner, trigger, KNOWN, `${prop}.`);
  checkInstance(
    owner,
    `${prop}.schedule`,
    trigger.schedule ?? null,
    Schedule,
    'Schedule.daily({ hour: 3 })',
  );
  const name = triggerName(owner, prop, target.name, trigger.name, 'schedule', MAX_NAME);
  const { requireDigest } = target.project;
  const image = checkImage(owner, `${prop}.image`, trigger.image ?? IMAGES.client, {
    requireDigest,
  });
  const method = checkOneOf(owner, `${prop}.method`, trigger.method, METHODS) ?? 'POST';
  const path = checkPath(owner, `${prop}.path`, trigger.path ?? '/');
  const retries = checkInteger(owner, `${prop}.retries`, trigger.retries, { max: 20 }) ?? 0;
  const payload = resolvePayload(owner, `${prop}.payload`, trigger.payload, method);
  const { literal, secret } = callHeaders(
    owner,
    `${prop}.headers`,
    trigger.headers,
    payload.contentType,
  );
  if (trigger.token !== undefined && !isKeyOf(trigger.token, 'secret'))
    throw refusedToken(owner, prop);
  const timeout = callTimeout(owner, prop, trigger, target, retries);
  const env = compact({
    [CALLER.url]: asIs(`${target.url}${path}`),
    [CALLER.method]: method,
    [CALLER.headers]: asIs(JSON.stringify(literal)),
    [CALLER.secretHeaders]: asIs(
      JSON.stringify(
        Object.fromEntries(secret.map(([header], index) => [header, `HKS_HEADER_${index}`])),
      ),
    ),
    ...Object.fromEntries(secret.map(([, key], index) => [`HKS_HEADER_${index}`, key])),
    [CALLER.token]: trigger.token,
    ...payload.env,
    [CALLER.timeout]: String(timeout),
    [CALLER.retries]: String(retries),
  }) as Environment;
  return new HksCronJob(owner, `call-${trigger.name ?? 'schedule'}`, {
    schedule: trigger.schedule,
    image,
    command: ['python3', '-I', '-c', CALLER_PROGRAM],
    env,
    volumes: payload.volumes,
    resources: RESOURCES,
    suspend: checkBoolean(owner, `${prop}.suspend`, trigger.suspend),
    timeout: Duration.seconds(START + longest(timeout, retries)),
    retries: { by: 'job', limit: 0 },
    egress: [{ name: 'gateway', ...TO_GATEWAY }],
    metadata: { name, annotations: { [LABELS.function]: target.name } },
  });
}

/** Seconds of all attempts and the waits between them. */
function longest(timeout: number, retries: number): number {
  const waits = Array.from({ length: retries }, (_, index) => Math.min(30, 2 ** index));
  return (retries + 1) * timeout + waits.reduce((sum, wait) => sum + wait, 0);
}

/** The function's timeout, or what lets all attempts end within nine tenths of the shortest distance between two runs. */
function callTimeout(
  owner: Construct,
  prop: string,
  { timeout, schedule }: ScheduleTrigger,
  target: ScheduleTarget,
  retries: number,
): number {
  const given = checkSeconds(owner, `${prop}.timeout`, timeout, { min: 1, max: 3600 });
  if (given !== undefined) return given;
  const room = schedule.shortestGap().toSeconds() * 0.9 - START - longest(0, retries);
  return Math.max(1, Math.min(target.timeout, Math.floor(room / (retries + 1))));
}

function refusedToken(owner: Construct, prop: string): Error {
  return invalid(owner, {
    prop: `${prop}.token`,
    rule: 'must be a reference { secret, key }',
    received: '***',
    fix: `Put the token in a Secret and write { secret: 'NAME', key: 'token' }`,
  });
}
