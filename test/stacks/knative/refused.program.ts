/** @module A program as the Automation API runs it, whose webhook answers if told so; a process of its own, since its errors are nobody's. */
import * as pulumi from '@pulumi/pulumi';
import { KnativeServing } from '../../../stacks/knative';
import { Kourier } from '../../../stacks/kourier';
import { platformOf } from '../platform-fixture';
import { wiringOf } from '../wiring';
import { service, smallRelease } from './small-release';

const errors = new Set<string>();
process.on('unhandledRejection', (error) => errors.add(String(error)));

const platform = platformOf({ exposure: 'loadBalancer' });
const gateway = service('kourier', 'gateway', true);
const metadata = { ...gateway.metadata, namespace: 'kourier-system' };
const spec = { ...(gateway['spec'] as object), ports: [] };
const behind = smallRelease({
  objects: [{ ...gateway, metadata, spec }],
  webhooks: [],
  customResources: [],
  jobs: [],
});

async function program(): Promise<object> {
  const gate = async () => {
    if (process.argv[2] !== 'answers') {
      throw new Error('Asked: POST /apis/small.dev/v1. No endpoints.');
    }
  };
  const serving = new KnativeServing('serving', { platform, release: smallRelease(), gate });
  const kourier = new Kourier('kourier', { platform, release: behind, dependsOn: serving.ready });
  await serving.answered;
  return { address: kourier.address };
}

const made: string[] = [];
const options = {
  outputs: ({ name, custom }: { readonly name: string; readonly custom: boolean }) => {
    if (custom) made.push(name);
    return undefined;
  },
};

wiringOf(() => pulumi.runtime.runInPulumiStack(program), options)
  .then(
    () => 'The program ended well.',
    (error) => String(error),
  )
  .then((ended) => {
    // Rejections that nobody handles are told after this turn.
    setTimeout(() => {
      process.stdout.write(JSON.stringify({ ended, errors: [...errors], made }));
      process.exitCode = errors.size;
    }, 50);
  });
