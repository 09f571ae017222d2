/** @module What an end-to-end test imports. */
export { apply, applyChart, untilUsable } from './apply';
export { runNow, trigger } from './cron';
export { clusterDns, type DnsAddresses } from './dns';
export { type Answer, type Call, callFunction, callHost, gatewayAddress } from './gateway';
export { copyImage, folderFiles, type ImageOptions, NODE, PYTHON, pushImage } from './images';
export { CommandError, command, find, get, kubectl, list } from './kubectl';
export { deleteNamespaces, freshNamespace, uniqueName } from './namespace';
export * from './objects';
export { BUSYBOX, type Ended, exec, logs, type ProbeOptions, probe, restrictedPod } from './pods';
export {
  until,
  untilAvailable,
  untilCondition,
  untilGone,
  untilJobEnds,
  untilPodEnds,
  untilServing,
  type WaitOptions,
} from './wait';
