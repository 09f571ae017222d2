/** @module Two backups do not share a repository. */
import { App } from 'cdk8s';
import { BackupSchedule } from '../../../constructs/backup-schedule';
import { Project } from '../../../constructs/project';
import { Schedule } from '../../../constructs/schedule';

const s3 = (prefix?: string) => ({
  s3: {
    bucket: 'acme-backups',
    ...(prefix === undefined ? {} : { prefix }),
    credentials: { secret: 's3' },
    egressCidrs: ['203.0.113.0/24'],
  },
});
const pvc = (path?: string, claim = 'backups') => ({ pvc: { claim, ...(path && { path }) } });

/** What the second of two backups has against the tree. */
function faultsOf(first: object, second: object, namespaces = ['shop', 'shop']) {
  const app = new App();
  const projects = new Map<string, Project>();
  const [, later] = [first, second].map((storage, index) => {
    const namespace = namespaces[index] ?? 'shop';
    const project = projects.get(namespace) ?? new Project(app, namespace, { tenant: 'acme' });
    projects.set(namespace, project);
    return new BackupSchedule(project, ['orders', 'carts'][index] ?? '', {
      source: { pvcs: [{ claim: 'data' }] },
      schedule: Schedule.daily(),
      encryption: { secret: 'backup', key: 'password' },
      storage: storage as never,
    });
  });
  return later?.node.validate();
}

test('a repository of two backups is refused', () => {
  expect(faultsOf(s3('all'), s3('all'))).toEqual([
    `'storage' of BackupSchedule 'shop/carts' must not be the repository of another backup, and 'shop/orders' writes there, received 's3:https://s3.amazonaws.com/acme-backups/all'. Give one of them a prefix or path of its own, or leave it out in both.`,
  ]);
  expect(faultsOf(s3('all'), s3('all'), ['shop', 'blog'])).toHaveLength(1);
  expect(faultsOf(pvc('all'), pvc('all'))).toHaveLength(1);
});

test('one bucket or claim for two repositories is not', () => {
  expect(faultsOf(s3(), s3())).toEqual([]);
  expect(faultsOf(s3('one'), s3('two'))).toEqual([]);
  expect(faultsOf(pvc(), pvc())).toEqual([]);
  expect(faultsOf(pvc('all'), pvc('all', 'others'))).toEqual([]);
  expect(faultsOf(pvc('all'), pvc('all'), ['shop', 'blog'])).toEqual([]);
});

test('the later one in the tree is refused, whichever was made first, and none when the other is removed', () => {
  const app = new App();
  const [shop, blog] = ['shop', 'blog'].map((id) => new Project(app, id, { tenant: 'acme' }));
  const [second, first] = [blog, shop].map(
    (project) =>
      new BackupSchedule(project as Project, 'orders', {
        source: { pvcs: [{ claim: 'data' }] },
        schedule: Schedule.daily(),
        encryption: { secret: 'backup', key: 'password' },
        storage: s3('all'),
      }),
  );
  expect(first?.node.validate()).toEqual([]);
  expect(second?.node.validate()).toHaveLength(1);
  shop?.node.tryRemoveChild('orders');
  expect(second?.node.validate()).toEqual([]);
});
