/** @module What settings and cluster decide together; the same before and after the platform's own objects are there. */
import { invalid } from '../../constructs/invalid';
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts } from '../facts';
import type { Choices } from '../platform';
import { chooseDomain } from './domain';
import { chooseExposure } from './exposure';
import { nodesForPods } from './nodes';
import { OWNER } from './owner';
import { chooseSandbox } from './sandbox';

export interface Decision {
  /** Holds only without faults. */
  readonly choices: Choices;
  /** Settings that this cluster cannot have, as sentences. */
  readonly faults: string[];
}

export function choose(config: HostPlatformConfig, facts: ClusterFacts): Decision {
  const { exposure, faults } = chooseExposure(config, facts);
  const domain = chooseDomain(config, facts, exposure);
  const sandbox = chooseSandbox(config, facts);
  const monitoring = chooseMonitoring(config, facts);
  const controlPlane = config.controlPlane.image !== undefined;
  return {
    choices: {
      exposure,
      domain: domain.domain,
      singleNode: config.singleNode ?? nodesForPods(facts).length <= 1,
      ...(sandbox.sandbox === undefined ? {} : { sandbox: sandbox.sandbox }),
      postgres: choosePostgres(config),
      controlPlane,
      monitoring: monitoring.monitoring,
      off: {
        ...(controlPlane ? {} : { controlPlane: NO_CONTROL_PLANE, postgres: NO_POSTGRES }),
        ...(config.eventing.enabled ? {} : { eventing: NO_EVENTING }),
        ...(config.packageProxy.enabled ? {} : { packageProxy: NO_PACKAGE_PROXY }),
        ...(sandbox.off === undefined ? {} : { sandbox: sandbox.off }),
        ...(monitoring.off === undefined ? {} : { monitoring: monitoring.off }),
      },
    },
    faults: [...faults, ...domain.faults, ...sandbox.faults, ...monitoring.faults],
  };
}

const NO_CONTROL_PLANE = 'controlPlane.image is not set.';
const NO_POSTGRES = 'It is for the control plane, and controlPlane.image is not set.';
const NO_EVENTING = 'eventing.enabled is false.';
const NO_PACKAGE_PROXY = 'packageProxy.enabled is false.';

/** By the settings alone, so also where no cluster is asked. */
export function choosePostgres({
  controlPlane,
  postgres,
}: HostPlatformConfig): Choices['postgres'] {
  if (controlPlane.image === undefined) return 'off';
  return postgres.url === undefined ? 'installed' : 'external';
}

const MONITORING_KINDS = ['ServiceMonitor', 'PrometheusRule'];

interface MonitoringDecision {
  readonly monitoring: Choices['monitoring'];
  readonly faults: readonly string[];
  readonly off?: string;
}

function chooseMonitoring(
  { monitoring }: HostPlatformConfig,
  { apis }: ClusterFacts,
): MonitoringDecision {
  const none = { serviceMonitor: false, prometheusRule: false };
  if (monitoring === 'disabled') {
    return { monitoring: none, faults: [], off: `monitoring is 'disabled'.` };
  }
  const missing = MONITORING_KINDS.filter(
    (kind) => !apis.includes(`monitoring.coreos.com/v1/${kind}`),
  );
  const found = {
    serviceMonitor: !missing.includes('ServiceMonitor'),
    prometheusRule: !missing.includes('PrometheusRule'),
  };
  if (missing.length === 0) return { monitoring: found, faults: [] };
  if (monitoring === 'enabled') {
    const fault = invalid(OWNER, {
      prop: 'monitoring',
      rule: `needs the kinds ${MONITORING_KINDS.join(' and ')} of monitoring.coreos.com/v1`,
      received: monitoring,
      fix: `Install the Prometheus Operator's CRDs, of which ${missing.join(' and ')} is missing, or set monitoring to 'auto'`,
    }).message;
    return { monitoring: found, faults: [fault] };
  }
  const off = `The cluster does not know ${missing.join(' and ')} of monitoring.coreos.com/v1. Install the Prometheus Operator's CRDs; monitoring 'auto' takes them up.`;
  return {
    monitoring: found,
    faults: [],
    ...(missing.length === MONITORING_KINDS.length ? { off } : {}),
  };
}
