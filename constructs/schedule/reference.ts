/** @module References to environment variables in an expression: `${NAME}` and `${NAME:-default}`. */
import { checkObject } from '../check';
import { invalid } from '../invalid';

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** The variables that were given, or this process's: the one place where constructs look at its environment. */
export function variablesOf(owner: string, env: unknown): Variables {
  if (env === undefined) return process.env;
  checkObject(owner, 'env', env, `{ BACKUP_SCHEDULE: '0 3 * * *' }`);
  return env as Variables;
}

/** What the variable holds, without space around it; nothing where it is unset. */
export function lookUp(variables: Variables, name: string): string {
  return Object.hasOwn(variables, name) ? String(variables[name] ?? '').trim() : '';
}

/** The text with each reference replaced; as in a shell, an empty variable counts as unset. */
export function resolveReferences(owner: string, text: string, env?: Variables): string {
  const variables = variablesOf(owner, env);
  if (!text.includes('$')) return text;
  const resolved = text.replace(REFERENCE, (_, name: string, fallback?: string) => {
    const value = lookUp(variables, name) || fallback;
    if (value) return value;
    throw unset(owner, name, text);
  });
  if (!text.replace(REFERENCE, '').includes('$')) return resolved;
  throw invalid(owner, {
    prop: 'expression',
    rule: `must refer to environment variables as \${NAME} or \${NAME:-default}`,
    received: text,
    fix: `Write it like '\${BACKUP_SCHEDULE:-0 3 * * *}'`,
  });
}

/** The error for a variable that is unset and has no default. */
export function unset(owner: string, name: string, text: string): Error {
  return invalid(owner, {
    prop: 'expression',
    rule: `needs the environment variable ${name}, which is unset or empty`,
    received: text,
    fix: `Set ${name}, or give a default: '\${${name}:-0 3 * * *}'`,
  });
}
