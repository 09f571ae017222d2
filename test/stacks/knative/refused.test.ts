import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(__dirname, 'refused.program.ts');
const MESSAGE =
  "Error: The webhook of Knative Serving does not answer, so nothing that it admits can be made. Look at 'kubectl -n knative-serving logs deployment/webhook', then run the update again. Asked: POST /apis/small.dev/v1. No endpoints.";

/** A process that loads the provider's classes takes its time on a busy machine. */
jest.setTimeout(60_000);

async function run(...words: string[]) {
  const args = ['--import', 'tsx', PROGRAM, ...words];
  const done = promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  const { code = 0, stdout } = await done.catch((error) => error);
  return { code, ...JSON.parse(stdout) } as {
    readonly code: number;
    readonly ended: string;
    readonly errors: readonly string[];
    readonly made: readonly string[];
  };
}

const isBehind = (name: string) => /^kourier:|^serving:(thing|job)\./.test(name);

test('a webhook that does not answer ends the program with that one error, and nothing behind it is made', async () => {
  const { code, ended, errors, made } = await run('refuses');
  // Had the program ended well, the engine would take what it did not ask for as removed, and delete it.
  expect(ended).toBe(MESSAGE);
  expect(errors).toEqual([MESSAGE]);
  expect(code).toBe(1);
  expect(made).toContain(
    'serving:validatingwebhookconfiguration.admissionregistration.k8s.io/validation',
  );
  expect(made).toHaveLength(20);
  expect(made.filter(isBehind)).toEqual([]);
});

test('one that answers ends it well, and all is made', async () => {
  const { code, ended, errors, made } = await run('answers');
  expect(ended).toBe('The program ended well.');
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(made.filter(isBehind).toSorted()).toEqual([
    'kourier:customresourcedefinition.apiextensions.k8s.io/things.small.dev',
    'kourier:namespace/small',
    'kourier:service/kourier-system/kourier',
    'serving:job.batch/small/migration',
    'serving:thing.small.dev/small/own',
  ]);
});
