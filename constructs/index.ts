/** @module `@hexabase/hks`: what tenants, the control plane and other programs import. */
export * from './backup-schedule';
export * from './cron-job';
export type { ConfigMapKey, Environment, EnvironmentValue, SecretKey } from './environment';
export * from './function';
export type { CallPayload } from './function/payload';
export { IMAGES } from './images';
export {
  ANNOTATIONS,
  type ComponentKind,
  LABELS,
  type LabelledObject,
  labelsFor,
  selectorFor,
} from './labels';
export type { Container, Manifest, PodSpec, PodTemplate } from './manifest';
export type { AllowRule, Peer, PortRule } from './network';
export { NON_ROOT, type PodIdentity, type PodSecurityLevel } from './pod-security';
export * from './project';
export type { Access, Grant, Subjects } from './project/access';
export type { Dns } from './project/network';
export {
  type ContainerMaximum,
  PLAN_NAMES,
  type Plan,
  type PlanName,
  type PlanProps,
} from './project/plan';
export { type Amounts, DEFAULT_RESOURCES, type Resources } from './resources';
export * from './sandbox-builder';
export { BUILD_CAPABILITIES, BUILD_CONTAINERS } from './sandbox-builder/build-containers';
export { type BuildRequest, buildJob } from './sandbox-builder/build-job';
export type {
  BuildProps,
  CacheProps,
  CredentialsProps,
  PushProps,
} from './sandbox-builder/build-props';
export { BUILD_TEMPLATE, type BuildJob } from './sandbox-builder/build-template';
export type { EgressRule as SandboxEgressRule } from './sandbox-builder/egress';
export {
  type LimitsProps,
  parseLimits,
  SANDBOX_LIMITS,
  type SandboxLimits,
} from './sandbox-builder/limits';
export { type PoolProps, SandboxPool } from './sandbox-builder/pool';
export type { PackageProxyProps, RegistryProps } from './sandbox-builder/registry';
export * from './schedule';
export * from './synth/app';
export type { FolderIndex, IndexEntry } from './synth/tree';
export * from './system';
export * from './template-app';
export type { ResolvedPort } from './template-app/ports';
export type {
  ClaimVolume,
  ConfigMapVolume,
  EmptyDirVolume,
  SecretVolume,
} from './template-app/volumes';
export { type Warning, warningsOf } from './warnings';
