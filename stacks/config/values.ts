/** @module Values that settings have: sizes, durations, times, names; each with the rule that a refusal tells. */
import { z } from 'zod';
import { quantity } from '../../constructs/resources';
import { isInterval, neverComes, parse } from '../../constructs/schedule/dialect';
import { parseDuration } from '../../constructs/schedule/go-duration';

/** A Kubernetes quantity of memory. */
export const size = z
  .string()
  .regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, `must be a size such as '20Gi'`)
  .refine((text) => quantity(text) <= LARGEST, `must be a size of at most 1024Ti such as '20Gi'`);
/** A volume's size: less holds nothing, and more is no number to Kubernetes. */
export const volumeSize = size.refine(
  (text) => quantity(text) >= SMALLEST,
  `must be a size from 100Mi to 1024Ti such as '20Gi'`,
);
export const cores = z
  .string()
  .regex(/^[1-9]\d{0,5}m?$/, `must be a number of cores such as '4' or '500m'`);
export const nodePort = z.number().int().min(30000).max(32767);
/** Knative refuses shorter ones, and fractions of a second. */
export const duration = z
  .string()
  .regex(/^[1-9]\d*(s|m|h)$/, `must be a duration such as '30s' or '5m'`)
  .refine((text) => isDuration(text, '6s'), `must be a duration of 6s or more such as '30s'`);
export const cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, `must be a cron expression of five fields such as '30 3 * * *'`)
  .superRefine((text, { addIssue }) => {
    const message = cronFault(text);
    if (message !== undefined) addIssue({ code: 'custom', message });
  });
export const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: lower case letters, digits and dashes, at most 63',
  );
/** Of kinds whose names may have dots, such as Secrets and StorageClasses. */
export const dottedName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a name of lower case letters, digits, dashes and dots, at most 253',
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

const SMALLEST = 100 * 2 ** 20;
const LARGEST = 1024 * 2 ** 40;

/** Why Kubernetes does not take an expression, or its time never comes. */
function cronFault(expression: string): string | undefined {
  try {
    const rule = parse(expression);
    if (isInterval(rule) || !neverComes(rule)) return undefined;
    return `must be a cron expression whose time comes, such as '30 3 * * *'`;
  } catch (error) {
    const reason = (error as Error).message;
    return `must be a cron expression of five fields such as '30 3 * * *' (${reason})`;
  }
}
