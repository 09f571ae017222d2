/** @module One description, two tenants: the same store in two namespaces that cannot reach each other. */
import {
  HksApp,
  HksCronJob,
  HksFunction,
  type PlanName,
  Project,
  Schedule,
  TemplateApp,
} from '@hexabase/hks';
import { dns, images } from '../images';

interface Tenant {
  readonly tenant: string;
  readonly plan: PlanName;
  readonly timeZone: string;
}

const app = new HksApp({ name: 'two-tenants' });

function openStore({ tenant, plan, timeZone }: Tenant): void {
  const access = { developers: { groups: [`${tenant}-developers`] } };
  const project = new Project(app, `${tenant}-store`, { tenant, plan, access, dns });
  const env = { TENANT: tenant };
  const template = new TemplateApp(project, 'store', { image: images.store, ports: [8080], env });
  new HksCronJob(project, 'count-stock', {
    template,
    args: ['stock'],
    schedule: Schedule.daily({ hour: 6, timeZone }),
  });
  new HksFunction(project, 'greeting', {
    image: images.store,
    env,
    scale: { max: 3 },
    triggers: [{ type: 'http' }],
  });
}

openStore({ tenant: 'north', plan: 'small', timeZone: 'Europe/Oslo' });
openStore({ tenant: 'south', plan: 'medium', timeZone: 'Pacific/Auckland' });

app.synth();
