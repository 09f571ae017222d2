import { existingPassword } from '../../../stacks/postgres/existing';
import { type Answer, ApiServer, failure } from '../cluster/api-server';

let server: ApiServer | undefined;
afterEach(() => server?.stop());

const SECRET = '/api/v1/namespaces/hks-system/secrets/hks-database';
async function passwordOf(answer: Answer | undefined): Promise<string | undefined> {
  server = await ApiServer.start(({ path }) => (path === SECRET ? answer : undefined));
  return existingPassword(server.cluster());
}
const encoded = (text: string) => Buffer.from(text).toString('base64');

test('the password of the Secret that is there', async () => {
  const data = { url: encoded('postgres://…'), password: encoded('left-behind') };
  expect(await passwordOf({ kind: 'Secret', data })).toBe('left-behind');
});

test.each([
  ['without the Secret', undefined],
  ['in a Secret without data', { kind: 'Secret' }],
  ['in the Secret of a database of yours', { kind: 'Secret', data: { url: encoded('x') } }],
])('%s there is none', async (_, answer) => {
  expect(await passwordOf(answer)).toBeUndefined();
});

test('a Secret that may not be read is an error, and no new password', async () => {
  await expect(passwordOf(failure(403, 'secrets is forbidden'))).rejects.toThrow(
    'secrets is forbidden',
  );
});
