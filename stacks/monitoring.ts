/** @module What Prometheus is told of the platform: what to read and when to raise an alarm, where the cluster knows these kinds. */
import * as pulumi from '@pulumi/pulumi';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../constructs/system';
import { CONTROL_PLANE } from './control-plane/settings';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { alertGroups } from './monitoring/alerts';
import { registerObjects } from './objects';
import type { Platform } from './platform';
import { withoutAwait } from './prepare/engine';

export interface MonitoringArgs {
  readonly platform: Platform;
}

/** ServiceMonitor and PrometheusRule in `hks-system`. Depends on the namespace. */
export class Monitoring extends pulumi.ComponentResource {
  /** Names of the alerts that there are. */
  readonly alerts: readonly string[];

  constructor(
    name: string,
    { platform }: MonitoringArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('hks:platform:Monitoring', name, {}, options);
    registerObjects(this, name, monitoringObjects(platform), {
      dependsOn: dependenciesOf(options),
    });
    this.alerts = platform.choices.monitoring.prometheusRule
      ? alertGroups(platform).flatMap(({ rules }) => rules.map(({ alert }) => alert))
      : [];
    this.registerOutputs({ alerts: this.alerts });
  }
}

/** Objects of the kinds that the cluster knows. */
export function monitoringObjects(platform: Pick<Platform, 'config' | 'choices'>): KubeObject[] {
  const { monitoring, controlPlane } = platform.choices;
  const labels = platform.config.monitoringLabels;
  const apiVersion = 'monitoring.coreos.com/v1';
  const serviceMonitor: KubeObject = {
    apiVersion,
    kind: 'ServiceMonitor',
    metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE, labels },
    spec: {
      selector: { matchLabels: CONTROL_PLANE_LABELS },
      endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  };
  const prometheusRule: KubeObject = {
    apiVersion,
    kind: 'PrometheusRule',
    metadata: { name: 'hks-platform', namespace: SYSTEM_NAMESPACE, labels },
    spec: { groups: alertGroups(platform) },
  };
  return [
    ...(monitoring.serviceMonitor && controlPlane ? [serviceMonitor] : []),
    ...(monitoring.prometheusRule ? [prometheusRule] : []),
  ].map(withoutAwait);
}
