import { alertGroups } from '../../../stacks/monitoring/alerts';
import { platformOf } from '../platform-fixture';
import { type AlertTest, describeWithPromtool, promtool } from './promtool';

const image = 'registry.example.com/hks/control-plane:1.0.0';
const all = alertGroups(platformOf({ controlPlane: { image } }));
const names = (groups: typeof all) =>
  groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
const rule = (name: string) => all.flatMap(({ rules }) => rules).find((one) => one.alert === name);

test('alerts are of the parts that there are', () => {
  const without = names(alertGroups(platformOf()));
  expect(names(all).filter((name) => !without.includes(name))).toEqual([
    'HksDatabaseDown',
    'HksControlPlaneDown',
    'HksBackupStale',
  ]);
  const url = 'postgres://hks:secret@db.example.com/hks';
  const external = names(alertGroups(platformOf({ controlPlane: { image }, postgres: { url } })));
  expect(external).toEqual([...without.slice(0, 4), 'HksControlPlaneDown', ...without.slice(4)]);
  const unsaved = platformOf({ controlPlane: { image }, postgres: { backup: { enabled: false } } });
  expect(names(alertGroups(unsaved))).not.toContain('HksBackupStale');
});

test('every alert says what it is and what to look at', () => {
  for (const { annotations, labels } of all.flatMap(({ rules }) => rules)) {
    expect(annotations.summary).toMatch(/^[A-Z].*[.:].*\.$|^[A-Z].*\.$/);
    expect(annotations.description.length).toBeGreaterThan(20);
    expect(['critical', 'warning']).toContain(labels.severity);
  }
  expect(new Set(names(all)).size).toBe(names(all).length);
});

describeWithPromtool('promtool', () => {
  test('takes the rules', () => {
    const { ok, said } = promtool(all);
    expect({ ok, said }).toEqual({ ok: true, said: expect.stringContaining('SUCCESS: 12 rules') });
  });

  test('does not take a rule that is no PromQL', () => {
    const [group] = all;
    const broken = {
      name: 'broken',
      rules: group?.rules.map((one) => ({ ...one, expr: 'up ==' })) ?? [],
    };
    expect(promtool([broken]).ok).toBe(false);
  });

  const series = (name: string, values: string) => ({ series: name, values });
  const at = (alertname: string, eval_time: string, ...exp_labels: Record<string, string>[]) => ({
    eval_time,
    alertname,
    exp_alerts: exp_labels.map((labels) => {
      const { labels: own, annotations } = rule(alertname) ?? {};
      const shown = Object.fromEntries(
        Object.entries(annotations ?? {}).map(([key, text]) => [key, told(text, labels)]),
      );
      return { exp_labels: { ...own, ...withoutValue(labels) }, exp_annotations: shown };
    }),
  });
  /** A template as Prometheus fills it in; `$value` is the label `VALUE` of the test. */
  const told = (text: string, labels: Record<string, string>) =>
    text
      .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
      .replace(/\{\{ \$value \| \w+ \}\}/g, labels.VALUE ?? '');
  const withoutValue = ({ VALUE: _, ...labels }: Record<string, string>) => labels;

  const cases: Record<string, AlertTest> = {
    'Knative: a part without pods, for five minutes': {
      interval: '1m',
      input_series: ['activator', 'webhook'].map((deployment) =>
        series(
          `kube_deployment_status_replicas_available{namespace="knative-serving",deployment="${deployment}"}`,
          deployment === 'activator' ? '1 1 0x20' : '1x22',
        ),
      ),
      alert_rule_test: [
        at('HksKnativeDown', '6m'),
        at('HksKnativeDown', '8m', { namespace: 'knative-serving', deployment: 'activator' }),
        at('HksUnwatched', '20m'),
      ],
    },
    'the gateway, and nothing known of Knative': {
      interval: '1m',
      input_series: [
        series(
          'kube_deployment_status_replicas_available{namespace="kourier-system",deployment="3scale-kourier-gateway"}',
          '0x30',
        ),
      ],
      alert_rule_test: [
        at('HksGatewayDown', '3m', {
          namespace: 'kourier-system',
          deployment: '3scale-kourier-gateway',
        }),
        at('HksUnwatched', '10m'),
        at('HksUnwatched', '20m', { namespace: 'knative-serving', deployment: 'activator' }),
      ],
    },
    'registry, database and control plane': {
      interval: '1m',
      input_series: [
        ...['registry', 'postgres'].map((statefulset) =>
          series(
            `kube_statefulset_status_replicas_ready{namespace="hks-system",statefulset="${statefulset}"}`,
            '0x10',
          ),
        ),
        series(
          'kube_deployment_status_replicas_available{namespace="hks-system",deployment="hks-control-plane"}',
          '0x10',
        ),
      ],
      alert_rule_test: [
        at('HksRegistryDown', '6m', { namespace: 'hks-system', statefulset: 'registry' }),
        at('HksDatabaseDown', '6m', { namespace: 'hks-system', statefulset: 'postgres' }),
        at('HksControlPlaneDown', '4m'),
        at('HksControlPlaneDown', '6m', {
          namespace: 'hks-system',
          deployment: 'hks-control-plane',
        }),
      ],
    },
    'a volume that fills, another one that does not, a disk': {
      interval: '1m',
      input_series: [
        ...['registry 10', 'postgres 50', 'postgres-backup 1'].flatMap((text) => {
          const [claim, free] = text.split(' ');
          const labels = `{namespace="hks-system",persistentvolumeclaim="${claim}"}`;
          return [
            series(`kubelet_volume_stats_capacity_bytes${labels}`, '100x30'),
            series(`kubelet_volume_stats_available_bytes${labels}`, `${free}x30`),
          ];
        }),
        series(
          'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data"}',
          '100x30',
        ),
        series(
          'kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="data"}',
          '1x30',
        ),
        ...['true', 'false'].map((status) =>
          series(
            `kube_node_status_condition{node="host",condition="DiskPressure",status="${status}"}`,
            status === 'true' ? '1x30' : '0x30',
          ),
        ),
      ],
      alert_rule_test: [
        at(
          'HksVolumeFilling',
          '20m',
          { namespace: 'hks-system', persistentvolumeclaim: 'registry', VALUE: '10%' },
          { namespace: 'hks-system', persistentvolumeclaim: 'postgres-backup', VALUE: '1%' },
        ),
        at('HksVolumeFull', '20m', {
          namespace: 'hks-system',
          persistentvolumeclaim: 'postgres-backup',
          VALUE: '1%',
        }),
        at('HksNodeDiskPressure', '20m', { node: 'host' }),
      ],
    },
    'cron jobs: one that failed, one that runs, one that succeeded, one that never did': {
      interval: '1m',
      input_series: [
        ['failed', '1000x30', '500x30', '0x30'],
        ['running', '1000x30', '500x30', '1x30'],
        ['succeeded', '1000x30', '1020x30', '0x30'],
        ['never', '1000x30', undefined, '0x30'],
      ].flatMap(([name, scheduled = '', succeeded, active = '']) => {
        const labels = (instance: string) =>
          `{namespace="shop",cronjob="${name}",instance="${instance}"}`;
        // Two replicas of kube-state-metrics tell the same twice.
        return ['a', 'b'].flatMap((instance) => [
          series(`kube_cronjob_status_last_schedule_time${labels(instance)}`, scheduled),
          series(`kube_cronjob_status_active${labels(instance)}`, active),
          ...(succeeded === undefined
            ? []
            : [series(`kube_cronjob_status_last_successful_time${labels(instance)}`, succeeded)]),
        ]);
      }),
      alert_rule_test: [
        at(
          'HksCronJobFailing',
          '15m',
          { namespace: 'shop', cronjob: 'failed' },
          { namespace: 'shop', cronjob: 'never' },
        ),
      ],
    },
    'cron jobs: one that is late, one that is suspended, one whose time has not come': {
      interval: '1m',
      input_series: [
        ['late', '60x60', '0x60'],
        ['suspended', '60x60', '1x60'],
        ['waiting', '99999x60', '0x60'],
      ].flatMap(([name, next = '', suspended = '']) => [
        series(`kube_cronjob_next_schedule_time{namespace="shop",cronjob="${name}"}`, next),
        series(`kube_cronjob_spec_suspend{namespace="shop",cronjob="${name}"}`, suspended),
      ]),
      alert_rule_test: [
        at('HksCronJobLate', '14m'),
        at('HksCronJobLate', '21m', { namespace: 'shop', cronjob: 'late', VALUE: '20m 0s' }),
      ],
    },
    // By its schedule a dump is overdue after 50 hours, which are 180,000 seconds.
    'a backup whose last success lies too far back': {
      interval: '1m',
      input_series: [
        series(
          'kube_cronjob_created{namespace="hks-system",cronjob="postgres-backup"}',
          '-900000x60',
        ),
        series(
          'kube_cronjob_status_last_successful_time{namespace="hks-system",cronjob="postgres-backup"}',
          '-179000x60',
        ),
      ],
      alert_rule_test: [
        at('HksBackupStale', '30m'),
        at('HksBackupStale', '40m', { VALUE: '2d 2h 23m 20s' }),
      ],
    },
    'a backup that never succeeded': {
      interval: '1m',
      input_series: [
        series(
          'kube_cronjob_created{namespace="hks-system",cronjob="postgres-backup"}',
          '-179000x60',
        ),
      ],
      alert_rule_test: [
        at('HksBackupStale', '30m'),
        at('HksBackupStale', '40m', { VALUE: '2d 2h 23m 20s' }),
      ],
    },
  };

  test.each(Object.entries(cases))('%s', (_, one) => {
    expect(promtool(all, [one])).toMatchObject({ ok: true });
  });

  test('each alert is told by a case', () => {
    const told = Object.values(cases).flatMap(({ alert_rule_test }) =>
      alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0),
    );
    const untold = names(all).filter((name) => !told.some(({ alertname }) => alertname === name));
    expect(untold).toEqual([]);
  });
});
