/** @module Values that settings have: sizes, durations, names, addresses; each with the rule that a refusal tells. */
import { z } from 'zod';
import { isInterval, neverComes, parse } from '../../constructs/schedule/dialect';
import { parseDuration } from '../../constructs/schedule/go-duration';

/** A Kubernetes quantity of storage or memory. */
export const size = z.string().regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, `must be a size such as '20Gi'`);
export const cores = z
  .string()
  .regex(/^([1-9]\d*m|[1-9]\d*)$/, `must be a number of cores such as '4' or '500m'`);
export const nodePort = z.number().int().min(30000).max(32767);
/** Knative refuses shorter ones, and fractions of a second. */
export const duration = z
  .string()
  .regex(/^[1-9]\d*(s|m|h)$/, `must be a duration such as '30s' or '5m'`)
  .refine((text) => isDuration(text, '6s'), `must be a duration of 6s or more such as '30s'`);
export const cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, `must be a cron expression of five fields such as '30 3 * * *'`)
  .refine(comes, `must be a cron expression of five fields such as '30 3 * * *'`);
export const image = z
  .string()
  .regex(
    /^[a-z0-9][^\s]*(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/,
    `must be an image with a tag or digest such as 'registry.example.com/team/name:1.4.2'`,
  );
export const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: lower case letters, digits and dashes, at most 63',
  );
export const domain = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    `must be a domain name without a port such as 'functions.example.com'`,
  );
export const url = z
  .string()
  .regex(
    /^https?:\/\/[^\s/]+/,
    `must be a URL of http or https such as 'https://mirror.example.com/packages'`,
  );

export const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+$/, `must be a version such as '1.23.0'`)
  .optional();

/** Whether a duration is within bounds; the regular expression refuses what is none. */
export function isDuration(text: string, from: string, to?: string): boolean {
  try {
    const length = parseDuration(text);
    return length >= parseDuration(from) && (to === undefined || length <= parseDuration(to));
  } catch {
    return false;
  }
}

/** Whether Kubernetes takes an expression, and its time comes. */
function comes(expression: string): boolean {
  try {
    const rule = parse(expression);
    return isInterval(rule) || !neverComes(rule);
  } catch {
    return false;
  }
}
