/** @module What is rendered stays true: a patched template is a revision of its own, and dollars stay dollars. */
import { JsonPatch } from 'cdk8s';
import { Schedule } from '../../../constructs/schedule';
import { makeFunction, one } from './fixture';

test('a patch of the template gives the revision another name, the same for the same patch', () => {
  const patched = () => {
    const fn = makeFunction();
    fn.service.addJsonPatch(JsonPatch.replace('/spec/template/spec/timeoutSeconds', 5));
    return fn;
  };
  const fn = patched();
  expect(fn.revisionName).not.toBe(makeFunction().revisionName);
  expect(fn.revisionName).toMatch(/^echo-[0-9a-f]{10}$/);
  expect(one(fn, 'Service').spec.template.metadata.name).toBe(fn.revisionName);
  expect(patched().revisionName).toBe(fn.revisionName);
});

test('a patch beside the template leaves the name as it is', () => {
  const fn = makeFunction();
  const before = fn.revisionName;
  fn.service.addJsonPatch(JsonPatch.add('/metadata/labels/team', 'shop'));
  expect(fn.revisionName).toBe(before);
});

test('a name that a patch gives stays', () => {
  const fn = makeFunction();
  fn.service.addJsonPatch(JsonPatch.replace('/spec/template/metadata/name', 'echo-mine'));
  fn.service.addJsonPatch(JsonPatch.replace('/spec/template/spec/timeoutSeconds', 5));
  expect(fn.revisionName).toBe('echo-mine');
});

test('a header whose name has dollars keeps them', () => {
  const schedule = Schedule.daily();
  const headers = { 'X-$$': { secret: 'shop', key: 'x' } };
  const fn = makeFunction({ triggers: [{ type: 'schedule', schedule, headers }] });
  const env = one(fn, 'CronJob').spec.jobTemplate.spec.template.spec.containers[0]?.env;
  // Kubernetes makes one `$` of two.
  expect(env?.find(({ name }) => name === 'HKS_SECRET_HEADERS')?.value).toBe(
    '{"X-$$$$":"HKS_HEADER_0"}',
  );
});
