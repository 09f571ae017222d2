/** @module The config maps of Knative Serving: what the settings say, and what many tenants on a small host need. */
import { stringify } from 'yaml';
import { QUEUE_PROXY_RESOURCES } from '../../constructs/function';
import { LABELS } from '../../constructs/labels';
import type { HostPlatformConfig } from '../config/schema';
import type { Platform } from '../platform';
import type { ConfigMapSettings } from './config-maps';

/** The ingress that Knative leaves its routes to. */
const INGRESS_CLASS = 'kourier.ingress.networking.knative.dev';
/** Names of registries that mean images of a node, as Knative ships the list. */
const LOCAL_REGISTRIES = ['kind.local', 'ko.local', 'dev.local'];
/** The label's value that asks for a sandbox, whatever its RuntimeClass is called. */
const SANDBOXED = 'gvisor';

/** The settings of all config maps but `config-features`. */
export function servingSettings({ config, choices }: Platform): ConfigMapSettings {
  const { autoscaler, skipTagResolving } = config.knative;
  return {
    'config-autoscaler': autoscalerSettings(autoscaler),
    'config-defaults': DEFAULTS,
    'config-deployment': deploymentSettings(skipTagResolving, choices.sandbox?.runtimeClass),
    'config-domain': { [choices.domain]: '' },
    'config-gc': RETENTION,
    'config-network': NETWORK,
  };
}

/** What constructs count on: five minutes for a request, ten at most. */
const DEFAULTS = {
  'revision-timeout-seconds': '300',
  'max-revision-timeout-seconds': '600',
  'container-concurrency-max-limit': '1000',
  'enable-service-links': 'false',
};

/** Each old revision keeps a Deployment and two Services: enough to go back to, not a thousand as shipped. */
const RETENTION = {
  'retain-since-create-time': '48h',
  'retain-since-last-active-time': '15h',
  'min-non-active-revisions': '5',
  'max-non-active-revisions': '50',
};

const NETWORK = {
  'ingress-class': INGRESS_CLASS,
  /** A tenant could take any name otherwise; the platform makes the claims. */
  'autocreate-cluster-domain-claims': 'false',
  'domain-template': '{{.Name}}.{{.Namespace}}.{{.Domain}}',
  'default-external-scheme': 'http',
  'external-domain-tls': 'Disabled',
  'http-protocol': 'Enabled',
};

function autoscalerSettings(
  settings: HostPlatformConfig['knative']['autoscaler'],
): Record<string, string> {
  return {
    'enable-scale-to-zero': String(settings.scaleToZero),
    'scale-to-zero-grace-period': settings.scaleToZeroGracePeriod,
    'stable-window': settings.stableWindow,
    'scale-down-delay': settings.scaleDownDelay,
    'initial-scale': String(settings.initialScale),
    'allow-zero-initial-scale': String(settings.initialScale === 0),
    'max-scale': String(settings.maxScale),
    'max-scale-limit': String(settings.maxScaleLimit),
    'container-concurrency-target-default': String(settings.containerConcurrencyTarget),
    'target-burst-capacity': String(settings.targetBurstCapacity),
  };
}

/**
 * The internal registry is not among those that are skipped: Knative takes hosts that end in `.local` for plain HTTP,
 * and so finds the digests of its images by itself.
 */
function deploymentSettings(
  skipTagResolving: readonly string[],
  runtimeClass = SANDBOXED,
): Record<string, string> {
  const skipped = [...new Set([...LOCAL_REGISTRIES, ...skipTagResolving])];
  return {
    'registries-skipping-tag-resolving': skipped.join(','),
    'digest-resolution-timeout': '10s',
    'progress-deadline': '600s',
    ...queueProxySettings(),
    'runtime-class-name': runtimeClasses(runtimeClass),
  };
}

/** A quota on limits refuses every function whose proxy has none. */
function queueProxySettings(): Record<string, string> {
  const { requests, limits } = QUEUE_PROXY_RESOURCES;
  return Object.fromEntries(
    (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((key) => [
      [`queue-sidecar-${key}-request`, String(requests[key])],
      [`queue-sidecar-${key}-limit`, String(limits[key])],
    ]),
  );
}

/**
 * The RuntimeClass of revisions by their labels, as a map of its own in YAML. It is there without a sandbox too: pods of
 * a function that asks for isolation then do not start, and say why, rather than share the node's kernel.
 */
function runtimeClasses(runtimeClass: string): string {
  return stringify({ [runtimeClass]: { selector: { [LABELS.isolation]: SANDBOXED } } });
}
