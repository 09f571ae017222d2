/** @module Pre hooks in the job's own image find what the job finds. */
import { App } from 'cdk8s';
import { preHookContainers } from '../../../constructs/cron-job/hooks';

const MAIN = { name: 'job', image: 'registry.example.com/job:1', workingDir: '/srv' };

test("a hook in the job's image has its working directory, one with its own image has not", () => {
  const command = ['true'];
  const hooks = [
    { name: 'own', command },
    { name: 'other', image: 'registry.example.com/other:1', command },
  ];
  expect(preHookContainers(new App(), hooks, MAIN, [], false)).toEqual([
    { name: 'own', command, image: MAIN.image, workingDir: '/srv' },
    { name: 'other', command, image: 'registry.example.com/other:1' },
  ]);
});
