/** @module The body of a scheduled call: how it reaches the program unchanged. */
import type { Construct } from 'constructs';
import type { ConfigMapKey, Environment, SecretKey } from '../environment';
import { invalid } from '../invalid';
import type { Volumes } from '../template-app/volumes';
import { CALLER } from './caller';
import { isKeyOf } from './headers';

const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS'];
const MAX_PAYLOAD = 65_536;
const PAYLOAD_FILE = '/run/hks/payload';

/** The body of a scheduled call: text, bytes, or a key of an object of the project. */
export type CallPayload = string | Uint8Array | ConfigMapKey | SecretKey;

/** How the payload reaches the program. */
export interface Payload {
  readonly env: Environment;
  readonly volumes?: Volumes;
  readonly contentType?: string;
}

/** The variables and volumes that carry the payload, and the content type that fits it. */
export function resolvePayload(
  owner: Construct,
  prop: string,
  payload: CallPayload | undefined,
  method: string,
): Payload {
  if (payload === undefined) return { env: {} };
  if (WITHOUT_BODY.includes(method)) {
    throw invalid(owner, {
      prop,
      rule: `must not come with the method ${method}, which has no body`,
      received: typeof payload === 'string' ? payload : 'a payload',
      fix: `Use method: 'POST', or put the values into the query of 'path'`,
    });
  }
  if (typeof payload === 'string' || payload instanceof Uint8Array)
    return literalPayload(owner, prop, payload);
  const place = { mountPath: PAYLOAD_FILE, subPath: (payload as { key: string } | null)?.key };
  const env = { [CALLER.payloadFile]: PAYLOAD_FILE };
  const contentType = 'application/octet-stream';
  if (isKeyOf(payload, 'configMap'))
    return { env, contentType, volumes: { payload: { configMap: payload.configMap, ...place } } };
  if (isKeyOf(payload, 'secret'))
    return { env, contentType, volumes: { payload: { secret: payload.secret, ...place } } };
  throw invalid(owner, {
    prop,
    rule: 'must be a string, a Uint8Array, { configMap, key } or { secret, key }',
    received: payload,
    fix: 'Write JSON.stringify(…) around an object',
  });
}

function literalPayload(owner: Construct, prop: string, payload: string | Uint8Array): Payload {
  if (typeof payload === 'string' && /\p{Surrogate}/u.test(payload)) {
    throw invalid(owner, {
      prop,
      rule: 'must be text that UTF-8 can carry, without half a surrogate pair',
      received: payload,
      fix: 'Give bytes as a Uint8Array',
    });
  }
  const bytes = Buffer.from(payload);
  if (bytes.length > MAX_PAYLOAD) {
    throw invalid(owner, {
      prop,
      rule: `must not be above ${MAX_PAYLOAD} bytes when it is written here`,
      received: `${bytes.length} bytes`,
      fix: `Put it in a ConfigMap and write { configMap: 'NAME', key: 'KEY' }`,
    });
  }
  if (typeof payload !== 'string' || !isPlainText(payload)) {
    const contentType =
      typeof payload === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
    return { env: { [CALLER.payloadBase64]: bytes.toString('base64') }, contentType };
  }
  const contentType = isJson(payload) ? 'application/json' : 'text/plain; charset=utf-8';
  return { env: { [CALLER.payload]: asIs(payload) }, contentType };
}

/** Whether a variable of a manifest carries it unchanged: no control characters but tab and newline. */
function isPlainText(text: string): boolean {
  return !/[^\P{Cc}\t\n]/u.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Kubernetes would replace `$(NAME)` by another variable, the token among them. */
export function asIs(text: string): string {
  return text.replaceAll('$', '$$$$');
}
