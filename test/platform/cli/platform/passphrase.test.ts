/** @module The passphrase: whose it is, how it is made, and when it is refused. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { passphraseOf } from '../../../../platform/cli/platform/passphrase';
import { openStateFolder } from '../../../../platform/cli/platform/state-folder';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hks-passphrase-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const folder = () => join(home, 'hks/pulumi');
const file = () => join(folder(), 'passphrase');
const passphrase = (env: Record<string, string> = {}, mayMake = true) => {
  const terminal = { cwd: '/', env: { HOME: home, XDG_STATE_HOME: home, ...env } };
  return passphraseOf(openStateFolder(terminal), 'host', terminal, mayMake);
};
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder(), path)), { recursive: true });
  writeFileSync(join(folder(), path), text);
};

test('one is made once, of 32 random bytes, in a file that only its owner can read', () => {
  expect(passphrase()).toEqual({
    env: { PULUMI_CONFIG_PASSPHRASE_FILE: file() },
    made: file(),
  });
  const text = readFileSync(file(), 'utf8');
  expect(text).toMatch(/^[\w-]{43}\n$/);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(passphrase()).toEqual({ env: { PULUMI_CONFIG_PASSPHRASE_FILE: file() } });
  expect(readFileSync(file(), 'utf8')).toBe(text);
});

test('another home has another one', () => {
  passphrase();
  const first = readFileSync(file(), 'utf8');
  rmSync(folder(), { recursive: true });
  passphrase();
  expect(readFileSync(file(), 'utf8')).not.toBe(first);
});

test('who only looks makes none', () => {
  expect(passphrase({}, false)).toEqual({ env: {} });
  expect(existsSync(file())).toBe(false);
});

test.each([
  ['PULUMI_CONFIG_PASSPHRASE', 'mine'],
  ['PULUMI_CONFIG_PASSPHRASE', ''],
  ['PULUMI_CONFIG_PASSPHRASE_FILE', '/mine'],
  ['PULUMI_BACKEND_URL', 'https://pulumi.example.com'],
])('none is made with %s=%s', (name, value) => {
  expect(passphrase({ [name]: value })).toEqual({ env: {} });
  expect(existsSync(file())).toBe(false);
});

test('a backend of one’s own choice that encrypts nothing has it too', () => {
  expect(passphrase({ PULUMI_BACKEND_URL: 's3://states' }).made).toBe(file());
});

test('none is made for a stack that a key service encrypts; the twin by a passphrase has it', () => {
  write('projects/hks/Pulumi.host.yaml', 'secretsprovider: awskms://alias/hks\n');
  expect(passphrase()).toEqual({ env: {} });
  write('projects/hks/Pulumi.host.yaml', 'secretsprovider: passphrase\n');
  expect(passphrase().made).toBe(file());
});

describe('a file that was lost', () => {
  const refusal = (what: string) =>
    `'PULUMI_CONFIG_PASSPHRASE' of hks platform must be set, as ${file()} is lost, and secrets of ${join(folder(), what)} were encrypted with it, received nothing. Bring the file back from a copy with mode 0600, or set the passphrase or PULUMI_CONFIG_PASSPHRASE_FILE.`;

  test.each([
    ['projects/hks/Pulumi.host.yaml', 'encryptionsalt: v1:abc\n'],
    ['projects/hks-0a1b2c3d/Pulumi.other.yaml', 'encryptionsalt: v1:abc\n'],
    ['.pulumi/stacks/hks/host.json', '{}'],
    ['.pulumi/stacks/hks/host.json.gz', ''],
  ])('is not made anew where there is %s', (path, text) => {
    write(path, text);
    expect(() => passphrase()).toThrow(new Error(refusal(path)));
    expect(() => passphrase({}, false)).toThrow(new Error(refusal(path)));
    expect(existsSync(file())).toBe(false);
    expect(passphrase({ PULUMI_CONFIG_PASSPHRASE: 'kept' })).toEqual({ env: {} });
  });

  test('is made where nothing was encrypted', () => {
    write('projects/hks/Pulumi.yaml', 'name: hks\n');
    write('projects/hks/Pulumi.empty.yaml', '');
    write('.pulumi/stacks/hks/host.json.bak', '{}');
    expect(passphrase().made).toBe(file());
  });
});

test.each([0o640, 0o604, 0o666, 0o620])(
  'one that others can read or write is refused: %s',
  (mode) => {
    passphrase();
    chmodSync(file(), mode);
    expect(() => passphrase()).toThrow(
      new Error(
        `'passphrase' of hks platform must be in a file that only its owner can read, received '${file()} with mode 0${mode.toString(8)}'. Run chmod 600 ${file()}; whoever could read it may know the passphrase.`,
      ),
    );
    chmodSync(file(), 0o400);
    expect(passphrase().env).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: file() });
  },
);

test('settings of a stack that are no YAML are named, and not shown', () => {
  write('projects/hks/Pulumi.host.yaml', 'config: {');
  expect(() => passphrase()).toThrow(
    new Error(
      `'settings' of hks platform must be a file with YAML, received '${folder()}/projects/hks/Pulumi.host.yaml'. Repair it, or bring it back from a copy.`,
    ),
  );
});

test('an empty one is refused', () => {
  passphrase();
  writeFileSync(file(), ' \n');
  expect(() => passphrase()).toThrow(
    new Error(
      `'passphrase' of hks platform must not be empty, received '${file()}'. Bring the file back from a copy; where no stack was made yet, remove it, and one is made.`,
    ),
  );
});
