import { Monitoring, monitoringObjects } from '../../stacks/monitoring';
import { platformOf } from './platform-fixture';
import { wiringOfComponents } from './wiring';

const image = 'registry.example.com/hks/control-plane:1.0.0';
const KINDS = { serviceMonitor: true, prometheusRule: true };
const platform = (settings = {}, monitoring = KINDS) =>
  platformOf({ controlPlane: { image }, ...settings }, {}, { monitoring });
const kinds = (...args: Parameters<typeof platform>) =>
  monitoringObjects(platform(...args)).map(({ kind }) => kind);

test('objects are of the kinds that the cluster knows', () => {
  expect(kinds()).toEqual(['ServiceMonitor', 'PrometheusRule']);
  expect(kinds({}, { ...KINDS, serviceMonitor: false })).toEqual(['PrometheusRule']);
  expect(kinds({}, { ...KINDS, prometheusRule: false })).toEqual(['ServiceMonitor']);
  expect(kinds({}, { serviceMonitor: false, prometheusRule: false })).toEqual([]);
});

test('without a control plane there is nothing to read, but there are alerts', () => {
  expect(kinds({ controlPlane: {} })).toEqual(['PrometheusRule']);
});

test('the ServiceMonitor reads the port of metrics of the control plane', () => {
  const [monitor] = monitoringObjects(platform({ monitoringLabels: { release: 'prometheus' } }));
  expect(monitor).toEqual({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: {
      name: 'hks-control-plane',
      namespace: 'hks-system',
      labels: { release: 'prometheus' },
      annotations: { 'pulumi.com/skipAwait': 'true' },
    },
    spec: {
      selector: {
        matchLabels: {
          'app.kubernetes.io/name': 'hks-control-plane',
          'app.kubernetes.io/part-of': 'hks',
        },
      },
      endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    },
  });
});

test('both carry the labels that a Prometheus selects by', () => {
  const labels = { release: 'kube-prometheus-stack', team: 'platform' };
  const found = monitoringObjects(platform({ monitoringLabels: labels }));
  expect(found.map(({ metadata }) => metadata.labels)).toEqual([labels, labels]);
});

test('the component registers them, tells its alerts and waits for the namespace', async () => {
  const wiring = await wiringOfComponents((options) => {
    const namespace = new Monitoring('before', { platform: platform() }, options);
    new Monitoring('monitoring', { platform: platform() }, { ...options, dependsOn: [namespace] });
  });
  const rule = 'prometheusrule.monitoring.coreos.com/hks-system/hks-platform';
  expect(wiring.behind(`monitoring:${rule}`)).toContain(`before:${rule}`);
  expect(wiring.outputs('monitoring')).toEqual({
    alerts: expect.arrayContaining(['HksKnativeDown', 'HksBackupStale']),
  });
  expect(wiring.strays()).toEqual([]);
});

test('where the cluster does not know the kinds there is nothing', async () => {
  const none = platform({}, { serviceMonitor: false, prometheusRule: false });
  const wiring = await wiringOfComponents((options) => {
    new Monitoring('monitoring', { platform: none }, options);
  });
  expect(wiring.registrations.filter(({ parent }) => parent === 'monitoring')).toEqual([]);
  expect(wiring.outputs('monitoring')).toEqual({ alerts: [] });
});
