/** @module Volumes that a cluster would refuse, or read as something else. */
import { App, Size } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { TemplateApp } from '../../../constructs/template-app';

function volume(given: object): TemplateApp {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  const volumes = { data: { emptyDir: {}, mountPath: '/data', ...given } };
  return new TemplateApp(project, 'api', { image: 'registry.example.com/api:1', volumes } as never);
}

const PATH = `must be an absolute path below '/' without ':', '..', '//' and '/' at its end`;
const SUB_PATH = `must be a path within the volume, without '/' at its beginning and without '..'`;

test.each([
  [
    { mountPath: '/data/' },
    `'volumes.data.mountPath'`,
    `${PATH}, received '/data/'. Write a path like '/data'.`,
  ],
  [
    { mountPath: '//data' },
    `'volumes.data.mountPath'`,
    `${PATH}, received '//data'. Write a path like '/data'.`,
  ],
  [
    { subPath: '/a' },
    `'volumes.data.subPath'`,
    `${SUB_PATH}, received '/a'. Write a path like 'reports/daily'.`,
  ],
  [
    { subPath: 'a/../..' },
    `'volumes.data.subPath'`,
    `${SUB_PATH}, received 'a/../..'. Write a path like 'reports/daily'.`,
  ],
  [
    { subPath: 7 },
    `'volumes.data.subPath'`,
    `${SUB_PATH}, received 7. Write a path like 'reports/daily'.`,
  ],
  [
    { readOnly: 'no' },
    `'volumes.data.readOnly'`,
    `must be true or false, received 'no'. Write true without quotes, or leave it out for the default.`,
  ],
  [
    { emptyDir: { memory: 'false' } },
    `'volumes.data.emptyDir.memory'`,
    `must be true or false, received 'false'. Write false without quotes, or leave it out for the default.`,
  ],
  [
    { emptyDir: { size: Size.mebibytes(0) } },
    `'volumes.data.emptyDir.size'`,
    `must be above 0, which Kubernetes reads as no limit, received '0Mi'. Write Size.mebibytes(256), or leave it out for the default.`,
  ],
])('%j is refused', (given, prop, rest) => {
  expect(() => volume(given)).toThrow(`${prop} of TemplateApp 'shop/api' ${rest}`);
});

test('their twins are taken', () => {
  const { pod } = volume({
    emptyDir: { size: Size.kibibytes(1), memory: true },
    subPath: 'a/b',
    readOnly: true,
  });
  expect(pod.containers[0]?.volumeMounts?.[0]).toEqual({
    name: 'data',
    mountPath: '/data',
    subPath: 'a/b',
    readOnly: true,
  });
  expect(pod.volumes?.[0]?.emptyDir).toEqual({ sizeLimit: '1Ki', medium: 'Memory' });
});
