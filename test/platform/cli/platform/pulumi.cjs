// Stands for the Pulumi CLI in the commands that the Automation API runs: stacks in a file backend, settings in YAML,
// and, where FAKE_PROGRAM is set, the program by its language server as the engine runs it. It makes nothing.
const { createHash } = require('node:crypto');
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const { env } = process;
const args = process.argv.slice(2).filter((arg) => arg !== '--non-interactive');
const option = (name) => {
  const index = args.indexOf(`--${name}`);
  const inline = args.find((arg) => arg.startsWith(`--${name}=`));
  return inline ? inline.slice(name.length + 3) : index < 0 ? undefined : args[index + 1];
};
const [verb, second] = args;
const command =
  ['stack', 'config'].includes(verb) && !second?.startsWith('-') ? `${verb} ${second}` : verb;
const stack = option('stack') ?? (command === 'stack init' ? args[2] : undefined);
if (env.FAKE_LOG) appendFileSync(env.FAKE_LOG, `${JSON.stringify({ args, cwd: process.cwd() })}\n`);

/** How the engine marks what is more than JSON, and a secret. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

const root = env.PULUMI_BACKEND_URL?.replace(/^file:\/\//, '');
const stackFile = join(root ?? '', '.pulumi/stacks/hks', `${stack}.json`);
const settingsFile = option('config-file') ?? join(process.cwd(), `Pulumi.${stack}.yaml`);

main().catch((error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(255);
});

async function main() {
  const failure = JSON.parse(env.FAKE_FAILURES ?? '{}')[command];
  if (failure) throw new Error(failure);
  if (command === 'version') return say(env.FAKE_VERSION ?? 'v3.248.0');
  if (!root) throw new Error('PULUMI_ACCESS_TOKEN must be set for login');
  if (command === 'stack init') return init();
  if (!existsSync(stackFile)) throw new Error(`no stack named '${stack}' found`);
  if (command === 'stack select') return;
  if (command === 'config') return say(JSON.stringify(settings()));
  if (command === 'config set') return setSecret();
  if (command === 'config refresh') return refresh();
  if (command === 'stack export') return say(JSON.stringify({ version: 3, deployment: load() }));
  if (command === 'stack output')
    return say(JSON.stringify(outputs(args.includes('--show-secrets'))));
  if (command === 'stack history') return say('[]');
  if (['up', 'preview', 'destroy'].includes(command)) return run();
  throw new Error(`unknown command ${args.join(' ')}`);
}

function init() {
  if (existsSync(stackFile)) throw new Error(`stack '${stack}' already exists`);
  const file = read(settingsFile);
  if (file.encryptionsalt && file.encryptionsalt !== salt())
    throw new Error('incorrect passphrase');
  writeFileSync(settingsFile, yaml().stringify({ encryptionsalt: salt(), ...file }));
  save({ resources: [] });
}

async function run() {
  const isPreview = command === 'preview' || args.includes('--preview-only');
  say(`${isPreview ? 'Previewing' : 'Doing'} ${command} (${stack}):`);
  if (env.FAKE_WAIT) await interrupted();
  let made = {};
  if (command !== 'destroy' && env.FAKE_PROGRAM) {
    const secret = Object.entries(settings()).filter(([, { secret }]) => secret);
    made = await engine().runProgram({
      client: option('client'),
      stack,
      isPreview,
      config: Object.fromEntries(
        Object.entries(settings()).map(([key, { value }]) => [key, value]),
      ),
      secretKeys: secret.map(([key]) => key),
    });
  }
  const resources = made.resources ?? [{ type: 'pulumi:pulumi:Stack' }, provider()];
  if (!isPreview) {
    save(
      command === 'up'
        ? { resources, outputs: made.outputs, config: read(settingsFile) }
        : { resources: [] },
    );
  }
  const events = option('event-log');
  if (events) await engine().tellSummary(events, { create: resources.length });
  say(`Resources:\n    + ${resources.length} ${command}\n`);
}

/** Loaded when it is wanted: most commands are over before that. */
function engine() {
  return require('./pulumi-engine.cjs');
}

function provider() {
  return { type: 'pulumi:providers:kubernetes', inputs: { clusterIdentifier: env.FAKE_CLUSTER } };
}

/** Until the first interrupt, or the second one. */
function interrupted() {
  const timer = setInterval(() => undefined, 1_000);
  let count = 0;
  return new Promise((_, failed) => {
    process.on('SIGINT', () => {
      count += 1;
      say(`interrupt ${count}`);
      if (count < Number(env.FAKE_WAIT)) return;
      clearInterval(timer);
      failed(new Error('update canceled'));
    });
    say('waiting');
  });
}

function settings() {
  const { config = {} } = read(settingsFile);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const found = { secret: false };
      const plain = decrypted(value, found);
      const text = typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
      return [key, { value: text, secret: found.secret }];
    }),
  );
}

function decrypted(value, found) {
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.secure === 'string') {
    found.secret = true;
    const [, hash, text] = value.secure.split(':');
    if (hash !== salt().split(':')[1]) throw new Error('could not decrypt configuration value');
    return Buffer.from(text, 'base64').toString();
  }
  if (Array.isArray(value)) return value.map((item) => decrypted(item, found));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, decrypted(item, found)]),
  );
}

/** As `config set --path KEY --secret`, with the value on standard input. */
function setSecret() {
  const [first, ...rest] = args[args.indexOf('--path') + 1].split('.');
  const secure = `v1:${salt().split(':')[1]}:${Buffer.from(readFileSync(0)).toString('base64')}`;
  const file = read(settingsFile);
  file.config ??= {};
  if (rest.length === 0) file.config[first] = { secure };
  else file.config[first] = { ...file.config[first], [rest.join('.')]: { secure } };
  writeFileSync(settingsFile, yaml().stringify(file));
}

function refresh() {
  const { config } = load();
  if (!config) throw new Error('no previous deployment');
  writeFileSync(settingsFile, yaml().stringify(config));
}

function outputs(showSecrets) {
  const masked = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(masked);
    if (value[SIGNATURE] === SECRET) return showSecrets ? masked(value.value) : '[secret]';
    if (SIGNATURE in value) return masked(value.value);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
  };
  return masked(load().outputs ?? {});
}

function salt() {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (text === undefined && !file) {
    throw new Error(
      'passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
    );
  }
  const passphrase = text ?? readFileSync(file, 'utf8').trim();
  return `v1:${createHash('sha256').update(passphrase).digest('hex').slice(0, 16)}`;
}

function yaml() {
  return require('yaml');
}

function read(path) {
  return existsSync(path) ? (yaml().parse(readFileSync(path, 'utf8')) ?? {}) : {};
}

function load() {
  return JSON.parse(readFileSync(stackFile, 'utf8'));
}

function save(content) {
  mkdirSync(dirname(stackFile), { recursive: true });
  writeFileSync(stackFile, JSON.stringify(content));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
