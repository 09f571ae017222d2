/** @module Kubernetes objects as the plain values that a manifest holds, typed from cdk8s-plus's Kubernetes classes. */
import type { k8s } from 'cdk8s-plus-28';

/**
 * A cdk8s type as it stands in a manifest: `Quantity` and `IntOrString` (classes of the one key `value`)
 * become the string or number that they wrap, everything else stays.
 */
export type Manifest<T> = T extends string | number | boolean | undefined | null
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? readonly Manifest<Item>[]
      : T extends { value: unknown }
        ? keyof T extends 'value'
          ? string | number
          : { readonly [Key in keyof T as Spelling<Key>]: Manifest<T[Key]> }
        : T extends object
          ? { readonly [Key in keyof T as Spelling<Key>]: Manifest<T[Key]> }
          : T;

/** cdk8s-plus spells acronyms its own way; manifests spell them as Kubernetes does. */
type Spelling<Key> = Key extends keyof Acronyms ? Acronyms[Key] : Key;
interface Acronyms {
  readonly clusterIp: 'clusterIP';
  readonly hostIp: 'hostIP';
  readonly hostIpc: 'hostIPC';
  readonly hostPid: 'hostPID';
  readonly loadBalancerIp: 'loadBalancerIP';
}

export type PodSpec = Manifest<k8s.PodSpec>;
export type PodTemplate = Manifest<k8s.PodTemplateSpec>;
export type Container = Manifest<k8s.Container>;
export type EnvVar = Manifest<k8s.EnvVar>;
export type EnvFromSource = Manifest<k8s.EnvFromSource>;
export type Volume = Manifest<k8s.Volume>;
export type VolumeMount = Manifest<k8s.VolumeMount>;
export type ResourceRequirements = Manifest<k8s.ResourceRequirements>;
export type PodSecurityContext = Manifest<k8s.PodSecurityContext>;
export type SecurityContext = Manifest<k8s.SecurityContext>;

/** The object without its undefined keys, so that what was not given is not in the manifest. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
