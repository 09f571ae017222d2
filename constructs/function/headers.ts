/** @module Headers of a scheduled call, those with secrets kept apart. */
import type { Construct } from 'constructs';
import { checkObject } from '../check';
import { refuseSecretLiteral, type SecretKey } from '../environment';
import { invalid } from '../invalid';

/** Values by header name; secret ones as `{ secret, key }`. */
export type CallHeaders = Readonly<Record<string, string | SecretKey>>;

export interface ResolvedHeaders {
  readonly literal: Readonly<Record<string, string>>;
  readonly secret: readonly (readonly [string, SecretKey])[];
}

/** Set by the program or by HTTP itself. */
const OWN = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'te',
  'upgrade',
];

/** The headers, with the payload's content type unless one is given. */
export function callHeaders(
  owner: Construct,
  prop: string,
  given: CallHeaders = {},
  contentType?: string,
): ResolvedHeaders {
  checkObject(owner, prop, given, `{ 'X-Source': 'schedule' }`);
  const literal: Record<string, string> = { 'User-Agent': 'hks-schedule' };
  const secret: [string, SecretKey][] = [];
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    const own = `${prop}.${name}`;
    checkHeaderName(owner, own, name, seen);
    if (isKeyOf(value, 'secret')) secret.push([name, value]);
    else literal[name] = checkValue(owner, own, name, value);
  }
  if (contentType && !seen.has('content-type')) literal['Content-Type'] = contentType;
  if (seen.has('user-agent') && !('User-Agent' in given)) delete literal['User-Agent'];
  return { literal, secret };
}

/** Whether the value is a reference to a key of a Secret or ConfigMap. */
export function isKeyOf<Kind extends 'secret' | 'configMap'>(
  value: unknown,
  kind: Kind,
): value is Record<Kind | 'key', string> {
  if (typeof value !== 'object' || value === null) return false;
  const { [kind]: name, key, ...more } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    typeof key === 'string' &&
    key !== '' &&
    Object.keys(more).length === 0
  );
}

function checkHeaderName(owner: Construct, prop: string, name: string, seen: Set<string>): void {
  const lower = name.toLowerCase();
  const refuse = (rule: string, fix: string) => invalid(owner, { prop, rule, received: name, fix });
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    throw refuse(
      'must be named by letters, digits and the marks that HTTP allows',
      `Write it like 'X-Source'`,
    );
  if (lower === 'authorization')
    throw refuse(
      'must not be given as a header',
      `Give the token as 'token', which keeps it in a Secret`,
    );
  if (OWN.includes(lower))
    throw refuse('must not be given, since the call sets it', 'Leave it out');
  if (seen.has(lower)) throw refuse('must not come twice', 'Leave out one of them');
  seen.add(lower);
}

function checkValue(owner: Construct, prop: string, name: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)) {
    refuseSecretLiteral(owner, prop, name.replaceAll('-', '_'), value);
    return value;
  }
  throw invalid(owner, {
    prop,
    rule: 'must be a string of printable ASCII in one line, or { secret, key }',
    received: value,
    fix: `Write 'text', other characters as encodeURIComponent gives them`,
  });
}
