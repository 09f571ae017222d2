/** @module Which backend is taken, and what is made on this machine for it. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStateFolder, stateFolderOf } from '../../../../platform/cli/platform/state-folder';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hks-state-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const chosen = (env: Record<string, string>) => stateFolderOf({ cwd: '/work', env });
const loggedIn = (folder: string, content: string) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'credentials.json'), content);
};

describe('nobody has chosen a backend', () => {
  test('a folder of the user is one', () => {
    expect(chosen({ HOME: home })).toEqual({
      backend: `file://${home}/.local/state/hks/pulumi`,
      isOwn: true,
      isService: false,
      folder: `${home}/.local/state/hks/pulumi`,
      project: `${home}/.local/state/hks/pulumi/projects/hks`,
      env: {
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_BACKEND_URL: `file://${home}/.local/state/hks/pulumi`,
      },
    });
  });

  test('XDG_STATE_HOME says where; a relative one counts as none', () => {
    expect(chosen({ HOME: home, XDG_STATE_HOME: '/state' }).folder).toBe('/state/hks/pulumi');
    expect(chosen({ HOME: home, XDG_STATE_HOME: 'state' }).folder).toBe(
      `${home}/.local/state/hks/pulumi`,
    );
    expect(chosen({}).folder).toBe(join(homedir(), '.local/state/hks/pulumi'));
  });

  test('a path with characters that a URL has not', () => {
    const { backend } = chosen({ XDG_STATE_HOME: '/the state' });
    expect(backend).toBe('file:///the%20state/hks/pulumi');
  });

  test('only the owner can read the folder, also one that was there', () => {
    const terminal = { cwd: '/', env: { XDG_STATE_HOME: home } };
    mkdirSync(join(home, 'hks/pulumi'), { recursive: true, mode: 0o755 });
    const { folder, project } = openStateFolder(terminal);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(project).isDirectory()).toBe(true);
    expect(openStateFolder(terminal)).toEqual(stateFolderOf(terminal));
  });
});

describe('a backend that was chosen', () => {
  test('by PULUMI_BACKEND_URL; its settings are apart from those of others', () => {
    const [bucket, other] = ['s3://states', 's3://others'].map((url) =>
      chosen({ HOME: home, PULUMI_BACKEND_URL: url }),
    );
    expect(bucket).toMatchObject({
      backend: 's3://states',
      isOwn: false,
      isService: false,
      env: { PULUMI_BACKEND_URL: 's3://states' },
    });
    expect(bucket?.project).toMatch(/\/projects\/hks-[0-9a-f]{8}$/);
    expect(other?.project).not.toBe(bucket?.project);
  });

  test('the folder itself, by its URL, is the same as none', () => {
    const own = chosen({ HOME: home });
    expect(chosen({ HOME: home, PULUMI_BACKEND_URL: own.backend })).toEqual(own);
  });

  test.each([
    ['file://states', 'file:///work/states'],
    ['file://./states', 'file:///work/states'],
    ['file://../states', 'file:///states'],
    ['file:///abs', 'file:///abs'],
    ['file://~', 'file://~'],
  ])('%s is meant from where we are: %s', (url, expected) => {
    const { backend, env } = chosen({ PULUMI_BACKEND_URL: url });
    expect(backend).toBe(expected);
    expect(env['PULUMI_BACKEND_URL']).toBe(expected);
  });

  test('by pulumi login: the variable is left alone, so that the token of the login is used', () => {
    loggedIn(join(home, '.pulumi'), JSON.stringify({ current: 'https://api.pulumi.com' }));
    const { backend, isService, env } = chosen({ HOME: home });
    expect(backend).toBe('https://api.pulumi.com');
    expect(isService).toBe(true);
    expect(env).not.toHaveProperty('PULUMI_BACKEND_URL');
  });

  test.each(['PULUMI_HOME', 'PULUMI_CREDENTIALS_PATH'])(
    'by a login in the folder of %s',
    (name) => {
      loggedIn(join(home, 'p'), JSON.stringify({ current: 'gs://states' }));
      expect(chosen({ HOME: home, [name]: join(home, 'p') }).backend).toBe('gs://states');
    },
  );

  test.each(['{}', '{"current":""}', 'no JSON'])('a login with %s is none', (content) => {
    loggedIn(join(home, '.pulumi'), content);
    expect(chosen({ HOME: home }).isOwn).toBe(true);
  });

  test('a token chooses the service; PULUMI_BACKEND_URL goes before a login, and both before a token', () => {
    const token = { HOME: home, PULUMI_ACCESS_TOKEN: 'pul-1' };
    expect(chosen(token)).toMatchObject({ backend: 'https://api.pulumi.com', isService: true });
    loggedIn(join(home, '.pulumi'), JSON.stringify({ current: 'gs://states' }));
    expect(chosen(token).backend).toBe('gs://states');
    expect(chosen({ ...token, PULUMI_BACKEND_URL: 's3://states' }).backend).toBe('s3://states');
  });
});

test('the engine runs in its project, and gets paths that are meant from where we are as absolute ones', () => {
  const { env } = chosen({
    HOME: home,
    PULUMI_HOME: 'p',
    PULUMI_CONFIG_PASSPHRASE_FILE: './secret',
    KUBECONFIG: 'a:/etc/b:~/c:',
  });
  expect(env).toMatchObject({
    PULUMI_HOME: '/work/p',
    PULUMI_CONFIG_PASSPHRASE_FILE: '/work/secret',
    KUBECONFIG: '/work/a:/etc/b:~/c:',
  });
});
