/** @module The Ingress leads to a port of TCP, by a path that Kubernetes takes. */
import { App } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { TemplateApp, type TemplateAppProps } from '../../../constructs/template-app';

function ingress(props: Partial<TemplateAppProps>): TemplateApp {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  return new TemplateApp(project, 'api', { image: 'registry.example.com/api:1', ...props });
}
const DNS = { port: 53, protocol: 'UDP', name: 'dns' } as const;
const host = 'shop.example.com';

test('a port of UDP is passed over', () => {
  const app = ingress({ ports: [DNS, 8080], ingress: { host } });
  expect(app.ingress?.toJson().spec.rules[0].http.paths[0].backend.service.port).toEqual({
    number: 8080,
  });
});

test('a port of UDP cannot be chosen', () => {
  expect(() => ingress({ ports: [DNS, 8080], ingress: { host, port: 'dns' } })).toThrow(
    `'ingress.port' of TemplateApp 'shop/api' must be one of the Service, of TCP, received 'dns'. Known are 8080 ('port-8080').`,
  );
  expect(() => ingress({ ports: [DNS], ingress: { host } })).toThrow(
    `'ingress' of TemplateApp 'shop/api' needs a port of TCP to lead to, and 'ports' has none, received nothing. Add ports: [8080].`,
  );
});

test.each(['//api', '/a/./b', '/a/..', '/a%2Fb'])('the path %s is refused', (path) => {
  expect(() => ingress({ ports: [80], ingress: { host, path } })).toThrow(
    `'ingress.path' of TemplateApp 'shop/api' must begin with '/' and be without '//', '/./', '/../' and '%2f', which Kubernetes refuses, received '${path}'. Write '/'.`,
  );
});
