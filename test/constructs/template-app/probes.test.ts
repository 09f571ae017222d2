/** @module Probes that a cluster would refuse, or that could never succeed. */
import { App, Duration } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { TemplateApp, type TemplateAppProps } from '../../../constructs/template-app';

function liveness(probe: object, ports: TemplateAppProps['ports'] = [8080]) {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  const props = { image: 'registry.example.com/api:1', ports, probes: { liveness: probe } };
  return new TemplateApp(project, 'api', props as never).pod.containers[0]?.livenessProbe;
}

const PORT = `must be a port from 1 to 65535 or the name of one of 'ports'`;
const NUMBER = 'must be a whole number from 1 to 65535';

test.each([
  [
    { http: '/', port: 'htpt' },
    `'probes.liveness.port'`,
    `${PORT}, received 'htpt'. Write the number, like 8080.`,
  ],
  [
    { tcp: 'metrics' },
    `'probes.liveness.tcp'`,
    `${PORT}, received 'metrics'. Write the number, like 8080.`,
  ],
  [
    { grpc: 'http' },
    `'probes.liveness.grpc'`,
    `${NUMBER}, received 'http'. Give a number in that range, or leave 'probes.liveness.grpc' out for the default.`,
  ],
  [
    { grpc: undefined },
    `'probes.liveness.grpc'`,
    `${NUMBER}, received null. Give a number in that range, or leave 'probes.liveness.grpc' out for the default.`,
  ],
  [
    { tcp: 8080, port: 9090 },
    `'probes.liveness.port'`,
    `is not a known prop, received 9090. Known are 'tcp', 'initialDelay', 'period', 'timeout', 'failureThreshold'.`,
  ],
  [
    { command: [] },
    `'probes.liveness.command'`,
    `must be an array with at least one item, received []. Write ['cat', '/tmp/healthy'], or leave it out where it is optional.`,
  ],
  [
    { http: '/', period: Duration.millis(500) },
    `'probes.liveness.period'`,
    `must be whole seconds, at least 1, received '0.5 s'. Write Duration.seconds(10).`,
  ],
  [
    { http: '/', timeout: Duration.seconds(0) },
    `'probes.liveness.timeout'`,
    `must be whole seconds, at least 1, received '0 s'. Write Duration.seconds(10).`,
  ],
])('%j is refused', (probe, prop, rest) => {
  expect(() => liveness(probe)).toThrow(`${prop} of TemplateApp 'shop/api' ${rest}`);
});

test('a port is named as in ports, or is any number', () => {
  expect(liveness({ http: '/', port: 'http', initialDelay: Duration.seconds(0) })).toEqual({
    httpGet: { path: '/', port: 'http' },
    initialDelaySeconds: 0,
    periodSeconds: 10,
  });
  expect(liveness({ tcp: 9090 })).toEqual({ tcpSocket: { port: 9090 }, periodSeconds: 10 });
});
