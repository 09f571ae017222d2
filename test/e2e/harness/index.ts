/** @module What an end-to-end test imports. */
export { nodeAddresses, serviceAddress } from './addresses';
export { apply, applyChart, untilUsable } from './apply';
export { Caller, startCaller, type Target, withCaller } from './caller';
export { runNow, trigger } from './cron';
export { clusterDns, type DnsAddresses } from './dns';
export {
  type Answer,
  type Call,
  callFunction,
  callHost,
  gatewayAddress,
  untilAnswers,
} from './gateway';
export {
  copyImage,
  digestOf,
  folderFiles,
  type ImageOptions,
  NODE,
  PYTHON,
  pushImage,
} from './images';
export { CommandError, command, find, get, kubectl, list } from './kubectl';
export { deleteNamespaces, freshNamespace, uniqueName } from './namespace';
export * from './objects';
export { BUSYBOX, type Ended, exec, logs, type ProbeOptions, probe, restrictedPod } from './pods';
export { networkPolicy, untilPoliciesHold } from './policies';
export { askRegistry } from './registry';
export {
  until,
  untilAvailable,
  untilCondition,
  untilGone,
  untilJobEnds,
  untilPhase,
  untilReady,
  untilServing,
  untilSteady,
  type WaitOptions,
} from './wait';
