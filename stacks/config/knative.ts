/** @module Settings of Knative Serving: how functions scale, and what they may have. */
import { z } from 'zod';
import { registryHost } from './places';
import { duration, isDuration } from './values';

/** Settings of the autoscaler; each is one key of Knative's ConfigMap `config-autoscaler`. */
const Autoscaler = z.strictObject({
  scaleToZero: z.boolean().default(true).describe('Functions without requests have no pod.'),
  scaleToZeroGracePeriod: duration
    .default('30s')
    .describe('How long the last pod waits for the network to forget it.'),
  stableWindow: duration
    .refine(
      (text) => isDuration(text, '6s', '1h'),
      `must be a duration from 6s to 1h such as '60s'`,
    )
    .default('60s')
    .describe('The time over which requests are averaged.'),
  scaleDownDelay: z
    .string()
    .regex(/^(0s|[1-9]\d*(s|m|h))$/, `must be a duration such as '0s' or '5m'`)
    .refine((text) => isDuration(text, '0s'), `must be a duration such as '0s' or '5m'`)
    .default('0s')
    .describe('How long a function keeps its pods when requests go down.'),
  initialScale: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe('Pods that a new revision starts with; 0 starts none.'),
  maxScale: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe('The most pods of a function that says nothing else.'),
  maxScaleLimit: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('The most pods that a function may ask for.'),
  containerConcurrencyTarget: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('Requests at a time that a pod of a function is meant to have.'),
  targetBurstCapacity: z
    .int()
    .min(-1)
    .max(100000)
    .default(211)
    .describe(
      'Requests that may come at once before the activator buffers them; -1 buffers always.',
    ),
});

export const Knative = z.strictObject({
  autoscaler: Autoscaler.prefault({}).describe('How functions scale.'),
  features: z
    .record(
      z
        .string()
        .regex(/^[-.\w]+$/, 'must be a name of letters, digits, dots, dashes and underscores'),
      z.enum(['enabled', 'disabled', 'allowed']),
    )
    .default({})
    .describe(`Keys of Knative's ConfigMap config-features, over those of the platform.`),
  skipTagResolving: z
    .array(registryHost)
    .default([])
    .describe('Registries, with their ports, whose tags Knative does not turn into digests.'),
});
