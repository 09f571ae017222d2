/** @module The call of a function whose answer is stored. */
import type { Construct } from 'constructs';
import { checkKnown, checkName, checkObject, checkOneOf } from '../check';
import type { SecretKey } from '../environment';
import { IMAGES } from '../images';
import { invalid } from '../invalid';
import type { Container, EnvVar } from '../manifest';
import type { Project } from '../project';
import { checkReference } from './credentials';
import { FETCHER_PROGRAM } from './fetcher';
import { SENDER } from './script';

/** An HksFunction, the name of one in this project, or any URL in the cluster. */
export type CallableFunction = { readonly url: string } | { readonly name: string };

/** How the function is called; the body of a 2xx answer is stored, any other answer fails the run. */
export interface FunctionSource {
  /** @default - 'POST' with a payload, else 'GET' */
  readonly method?: 'GET' | 'POST';
  /** Body of the request: a string as it is, anything else as JSON. @default - none */
  readonly payload?: unknown;
  /** Sent as `Authorization: Bearer …`. @default - none */
  readonly token?: SecretKey;
  /** Name of the file in the snapshot. @default - the backup's name */
  readonly fileName?: string;
}

const MAX_PAYLOAD = 65_536;

/** The container that calls; `toGateway` when it needs the way to the functions' gateway. */
export function callContainer(
  owner: Construct,
  given: { readonly function: CallableFunction } & FunctionSource,
  project: Project,
): { readonly sender: Container; readonly toGateway: boolean } {
  checkKnown(owner, given, ['function', 'method', 'payload', 'token', 'fileName'], 'source.');
  const { url, toGateway } = checkFunction(owner, given.function, project);
  const body = checkPayload(owner, given.payload);
  const method =
    checkOneOf(owner, 'source.method', given.method, ['GET', 'POST'] as const) ??
    (body === undefined ? 'GET' : 'POST');
  if (method === 'GET' && body !== undefined) {
    throw invalid(owner, {
      prop: 'source.payload',
      rule: `must not be given with the method 'GET'`,
      received: given.payload,
      fix: `Write method: 'POST', or leave out one of the two`,
    });
  }
  const headers: Record<string, string> = {};
  const env: EnvVar[] = [
    { name: 'HKS_URL', value: literal(url) },
    { name: 'HKS_METHOD', value: method },
  ];
  if (method === 'POST') {
    env.push({ name: 'HKS_PAYLOAD', value: literal(body ?? '') });
    const json = typeof given.payload !== 'string' && given.payload !== undefined;
    headers['Content-Type'] = json ? 'application/json' : 'text/plain';
  }
  if (given.token !== undefined) {
    const { secret, key } = checkReference(owner, 'source.token', given.token, 'secret');
    env.push({ name: 'HKS_TOKEN', valueFrom: { secretKeyRef: { name: secret, key } } });
  }
  env.push({ name: 'HKS_HEADERS', value: JSON.stringify(headers) });
  const sender = {
    name: 'call',
    image: IMAGES.client,
    command: ['/bin/sh', '-c', SENDER, 'call', 'python3', '-c', FETCHER_PROGRAM],
    env,
  };
  return { sender, toGateway };
}

/** Kubernetes expands `$(NAME)` in a variable's value; `$$` stands for one `$`. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function checkFunction(owner: Construct, given: CallableFunction, { namespace }: Project) {
  checkObject(owner, 'source.function', given, `{ name: 'export' }, or an HksFunction`);
  if (!('url' in given)) {
    checkKnown(owner, given, ['name'], 'source.function.');
    const name = checkName(owner, 'source.function.name', given.name);
    return { url: `http://${name}.${namespace}.svc.cluster.local`, toGateway: true };
  }
  const { url } = given;
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  const secret = parsed !== undefined && parsed.username + parsed.password !== '';
  if (parsed?.protocol === 'http:' && !secret && /^http:\/\/[^"\\\s]+$/.test(url)) {
    return { url, toGateway: 'name' in given };
  }
  throw invalid(owner, {
    prop: 'source.function.url',
    rule: 'must be a URL of http without user, in the cluster: the caller checks no certificates',
    received: secret ? '***' : url,
    fix: `Write 'http://export.${namespace}.svc.cluster.local', or use a { command } with a client of its own`,
  });
}

function checkPayload(owner: Construct, payload: unknown): string | undefined {
  if (payload === undefined) return undefined;
  let text: string | undefined;
  try {
    text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  } catch {
    text = undefined;
  }
  if (
    text !== undefined &&
    Buffer.byteLength(text) <= MAX_PAYLOAD &&
    !/[\0\p{Surrogate}]/u.test(text)
  )
    return text;
  throw invalid(owner, {
    prop: 'source.payload',
    rule: `must be a string or JSON of at most ${MAX_PAYLOAD} bytes, in characters that UTF-8 can carry, without NUL`,
    received: text === undefined ? typeof payload : `${Buffer.byteLength(text)} bytes`,
    fix: 'Send a reference and let the function fetch the rest',
  });
}
