/** @module What Knative Serving admits only when the platform has set a flag, and the flag's name. */
import type { IConstruct } from 'constructs';
import { checkKnown, checkObject, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { type Container, compact, type EnvVar, type PodSpec } from '../manifest';
import type { Volumes } from '../template-app/volumes';

/** Flags of `config-features`, and `allow-zero-initial-scale` of `config-autoscaler`, that Serving 1.23 ships switched off. */
export const SERVING_FEATURES = [
  'allow-zero-initial-scale',
  'kubernetes.podspec-affinity',
  'kubernetes.podspec-dnsconfig',
  'kubernetes.podspec-dnspolicy',
  'kubernetes.podspec-fieldref',
  'kubernetes.podspec-hostaliases',
  'kubernetes.podspec-init-containers',
  'kubernetes.podspec-nodeselector',
  'kubernetes.podspec-persistent-volume-claim',
  'kubernetes.podspec-persistent-volume-write',
  'kubernetes.podspec-priorityclassname',
  'kubernetes.podspec-runtimeclassname',
  'kubernetes.podspec-schedulername',
  'kubernetes.podspec-securitycontext',
  'kubernetes.podspec-shareprocessnamespace',
  'kubernetes.podspec-tolerations',
  'kubernetes.podspec-topologyspreadconstraints',
] as const;
export type ServingFeature = (typeof SERVING_FEATURES)[number];

/** Fields of the pod that Serving refuses as shipped; each names its flag. */
export interface PodFields {
  /** Needs the feature 'kubernetes.podspec-affinity'. @default - none */
  readonly affinity?: PodSpec['affinity'];
  /** Needs the feature 'kubernetes.podspec-dnsconfig'. @default - none */
  readonly dnsConfig?: PodSpec['dnsConfig'];
  /** Needs the feature 'kubernetes.podspec-dnspolicy'. @default - the cluster's */
  readonly dnsPolicy?: PodSpec['dnsPolicy'];
  /** Needs the feature 'kubernetes.podspec-hostaliases'. @default - none */
  readonly hostAliases?: PodSpec['hostAliases'];
  /** Needs the feature 'kubernetes.podspec-init-containers'. @default - none */
  readonly initContainers?: readonly Container[];
  /** Needs the feature 'kubernetes.podspec-nodeselector'. @default - none */
  readonly nodeSelector?: PodSpec['nodeSelector'];
  /** Needs the feature 'kubernetes.podspec-priorityclassname'. @default - none */
  readonly priorityClassName?: string;
  /** Needs the feature 'kubernetes.podspec-runtimeclassname'; `isolation` needs none. @default - the one that the platform maps */
  readonly runtimeClassName?: string;
  /** Needs the feature 'kubernetes.podspec-schedulername'. @default - the cluster's */
  readonly schedulerName?: string;
  /** Needs the feature 'kubernetes.podspec-shareprocessnamespace'. @default false */
  readonly shareProcessNamespace?: boolean;
  /** Needs the feature 'kubernetes.podspec-tolerations'. @default - none */
  readonly tolerations?: PodSpec['tolerations'];
  /** Needs the feature 'kubernetes.podspec-topologyspreadconstraints'. @default - none */
  readonly topologySpreadConstraints?: PodSpec['topologySpreadConstraints'];
}

const POD_FIELDS: Record<keyof PodFields, ServingFeature> = {
  affinity: 'kubernetes.podspec-affinity',
  dnsConfig: 'kubernetes.podspec-dnsconfig',
  dnsPolicy: 'kubernetes.podspec-dnspolicy',
  hostAliases: 'kubernetes.podspec-hostaliases',
  initContainers: 'kubernetes.podspec-init-containers',
  nodeSelector: 'kubernetes.podspec-nodeselector',
  priorityClassName: 'kubernetes.podspec-priorityclassname',
  runtimeClassName: 'kubernetes.podspec-runtimeclassname',
  schedulerName: 'kubernetes.podspec-schedulername',
  shareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  tolerations: 'kubernetes.podspec-tolerations',
  topologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
};

/** The flags that the platform is said to have set. */
export function checkFeatures(
  owner: IConstruct,
  given: readonly ServingFeature[] = [],
): readonly ServingFeature[] {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop: 'features',
      rule: 'must be an array of names of flags',
      received: given,
      fix: `Write ['kubernetes.podspec-nodeselector']`,
    });
  }
  given.forEach((feature, index) => {
    checkOneOf(owner, `features[${index}]`, feature ?? null, SERVING_FEATURES);
  });
  return given;
}

/** Refuses a value whose flag is not among the features. */
export function checkFeature(
  owner: IConstruct,
  prop: string,
  received: unknown,
  feature: ServingFeature,
  features: readonly ServingFeature[],
): void {
  if (features.includes(feature)) return;
  const where = feature.includes('.') ? 'config-features' : 'config-autoscaler';
  throw invalid(owner, {
    prop,
    rule: `must not be given while '${feature}' of ${where} is off, as Knative Serving ships it`,
    received,
    fix: `Leave it out, or list '${feature}' in 'features' once the platform has switched it on`,
  });
}

/** The opt-in fields of the pod, each behind its flag. */
export function resolvePodFields(
  owner: IConstruct,
  given: PodFields = {},
  features: readonly ServingFeature[],
): PodFields {
  checkObject(owner, 'pod', given, `{ nodeSelector: { 'example.com/gpu': 'true' } }`);
  checkKnown(owner, given, Object.keys(POD_FIELDS), 'pod.');
  for (const [field, feature] of Object.entries(POD_FIELDS)) {
    const value = given[field as keyof PodFields];
    if (value !== undefined) checkFeature(owner, `pod.${field}`, value, feature, features);
  }
  return compact(given);
}

/** Claims, and variables that read a field of the pod, are behind flags as well. */
export function checkFlagged(
  owner: IConstruct,
  volumes: Volumes,
  env: readonly EnvVar[],
  features: readonly ServingFeature[],
): void {
  for (const [name, volume] of Object.entries(volumes)) {
    if (volume === null || !('claim' in volume)) continue;
    const prop = `volumes.${name}`;
    checkFeature(owner, prop, volume, 'kubernetes.podspec-persistent-volume-claim', features);
    if (!volume.readOnly)
      checkFeature(owner, prop, volume, 'kubernetes.podspec-persistent-volume-write', features);
  }
  for (const { name, valueFrom } of env) {
    if (valueFrom?.fieldRef || valueFrom?.resourceFieldRef)
      checkFeature(owner, `env.${name}`, valueFrom, 'kubernetes.podspec-fieldref', features);
  }
}
