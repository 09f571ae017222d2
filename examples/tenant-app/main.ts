/** @module A shop: one application, three jobs made from it, two functions, and a backup of what a job writes. */
import {
  BackupSchedule,
  HksApp,
  HksCronJob,
  HksFunction,
  Project,
  Schedule,
  TemplateApp,
} from '@hexabase/hks';
import { Duration, Size } from 'cdk8s';
import { PersistentVolumeAccessMode, PersistentVolumeClaim } from 'cdk8s-plus-28';
import { dns, images } from '../images';

const timeZone = 'Europe/Berlin';
const app = new HksApp({ name: 'tenant-app' });
const shop = new Project(app, 'shop', {
  tenant: 'acme',
  plan: 'medium',
  access: { developers: { groups: ['acme-developers'] }, viewers: { groups: ['acme-support'] } },
  dns,
});

const api = new TemplateApp(shop, 'api', {
  image: images.shop,
  ports: [8080],
  env: { CURRENCY: 'EUR' },
  probes: { readiness: { http: '/healthz' } },
});

for (const name of ['exports', 'backups']) {
  new PersistentVolumeClaim(shop, name, {
    metadata: { name },
    accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
    storage: Size.gibibytes(1),
  });
}

const report = new HksCronJob(shop, 'nightly-report', {
  template: api,
  command: ['python3', '-m', 'shop.report'],
  env: { ORDERS_URL: 'http://api:8080/orders' },
  schedule: Schedule.daily({ hour: 2, timeZone }),
});

const exportOrders = new HksCronJob(shop, 'export-orders', {
  template: api,
  command: ['python3', '-m', 'shop.export'],
  env: { EXPORTS: '/exports' },
  volumes: { exports: { claim: 'exports', mountPath: '/exports' } },
  schedule: Schedule.daily({ hour: 3, timeZone }),
  timeout: Duration.minutes(30),
  dependsOnJobs: [report],
});

new HksCronJob(shop, 'expire-carts', {
  template: api,
  command: ['python3', '-m', 'shop.expire'],
  schedule: Schedule.hourly({ jitter: Duration.minutes(15) }),
  retries: { by: 'platform', maxRetries: 3 },
});

export const orders = new BackupSchedule(shop, 'orders', {
  cronJob: exportOrders,
  schedule: Schedule.daily({ hour: 4, timeZone }),
  source: { pvcs: [{ claim: 'exports' }] },
  storage: { pvc: { claim: 'backups' } },
  encryption: { secret: 'orders-backup', key: 'password' },
  retention: { keepDaily: 7, keepWeekly: 4 },
});

new HksFunction(shop, 'receipt', {
  image: images.receipt,
  env: { SHOP_NAME: 'Acme' },
  triggers: [{ type: 'http', visibility: 'public' }],
});

const token = { secret: 'reminders', key: 'token' };
new HksFunction(shop, 'reminders', {
  image: images.reminders,
  env: { TOKEN: token },
  triggers: [
    {
      type: 'schedule',
      schedule: Schedule.weekly({ weekday: 'mon', hour: 9, timeZone }),
      payload: JSON.stringify({ days: 7 }),
      token,
    },
  ],
});

app.synth();
