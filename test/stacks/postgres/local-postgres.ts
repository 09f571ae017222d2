/** @module A PostgreSQL of this machine, made and started as the database's pods do it, in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PREPARE } from '../../../stacks/postgres/scripts';
import { DATABASE, SUPERUSER } from '../../../stacks/postgres/settings';
import { freePort } from '../registry/program';

/** Where Debian keeps what only servers need. */
const DEBIAN = '/usr/lib/postgresql';
/** The server refuses to run as root. */
const NOBODY = 65534;
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** The folder of `initdb`, `postgres`, `pg_dump`; undefined where there is no PostgreSQL. */
export const programs: string | undefined = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_dump')));

/** `describe` for what needs PostgreSQL: skipped, and said so, where there is none. */
export const describeWithPostgres = programs === undefined ? describe.skip : describe;
if (programs === undefined) {
  console.warn('PostgreSQL is not on this machine: its tests are SKIPPED. Install postgresql.');
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A folder that the server's user may write. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'hks-postgres-'));
  chmodSync(made, 0o777);
  return made;
}

/** Runs a program of the shell as the pods do, not as root; `path` comes before PostgreSQL's own programs. */
export function shell(script: string, env: Record<string, string>, path = ''): Outcome {
  const PATH = [path, programs, process.env.PATH].filter(Boolean).join(delimiter);
  const options = { ...identity, env: { PATH, ...env }, encoding: 'utf8' as const, cwd: '/' };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], options);
  return { code: status, out: stdout, error: stderr };
}

/** One server; its data are prepared before each start. */
export class LocalPostgres {
  readonly root = folder();
  readonly data = join(this.root, 'data');
  port = 0;
  private server: ChildProcess | undefined;

  prepare(password: string): Outcome {
    const file = join(this.root, 'password');
    writeFileSync(file, password, { mode: 0o644 });
    const names = { DATABASE, SUPERUSER };
    return shell(PREPARE, { PGDATA: this.data, PASSWORD_FILE: file, ...names });
  }

  /** Starts the server with the pod's arguments, its own port and folder of sockets aside. */
  async start(): Promise<void> {
    this.port = await freePort();
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: this.root };
    const args = Object.entries({ ...settings, port: this.port, fsync: 'off' });
    this.server = spawn(
      join(programs ?? '', 'postgres'),
      args.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      { ...identity, env: { PGDATA: this.data }, cwd: '/', stdio: 'ignore' },
    );
    const ready = `until pg_isready -q -h 127.0.0.1 -p ${this.port}; do sleep 0.05; done`;
    const { code } = shell(`timeout 60 sh -c '${ready}'`, {});
    if (code !== 0) throw new Error('PostgreSQL did not start.');
  }

  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await gone;
  }

  /** What libpq reads, as the backup's pod has it. */
  env(password: string): Record<string, string> {
    return {
      PGHOST: '127.0.0.1',
      PGPORT: String(this.port),
      PGUSER: DATABASE,
      PGDATABASE: DATABASE,
      PGPASSWORD: password,
    };
  }

  /** The rows of a query, asked for by the role `hks`. */
  query(sql: string, password: string): Outcome {
    const env = { ...this.env(password), SQL: sql };
    return shell('psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$SQL"', env);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
