import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACKUP_SCRIPT, RESTORE_SCRIPT } from '../../../stacks/postgres/scripts';
import { newPassword } from '../../../stacks/postgres/secret';
import { describeWithPostgres, folder, LocalPostgres, programs, shell } from './local-postgres';

jest.setTimeout(120_000);

const DUMP = /^hks-\d{8}T\d{6}Z\.dump$/;
const OLD = ['hks-20200101T000000Z.dump', 'hks-20200102T000000Z.dump', 'hks-20200103T000000Z.dump'];

describeWithPostgres('dumps and restores', () => {
  const postgres = new LocalPostgres();
  const password = newPassword();
  let backups: string;

  beforeAll(async () => {
    expect(postgres.prepare(password)).toMatchObject({ code: 0 });
    await postgres.start();
    const rows = `CREATE SCHEMA app; CREATE TABLE app.runs AS
      SELECT n, md5(n::text) AS text FROM generate_series(1, 20000) AS n`;
    expect(postgres.query(rows, password).code).toBe(0);
  });
  afterAll(async () => {
    await postgres.stop();
    postgres.remove();
  });
  beforeEach(() => {
    backups = folder();
  });
  afterEach(() => rmSync(backups, { recursive: true, force: true }));

  const files = () =>
    readdirSync(backups)
      .filter((name) => name !== '.lock')
      .sort();
  const withOld = () => {
    for (const name of OLD) writeFileSync(join(backups, name), name);
  };
  const backup = (keep: number, other: Record<string, string> = {}, path?: string) => {
    const own = { FOLDER: backups, KEEP: String(keep), PATIENCE: '0' };
    return shell(BACKUP_SCRIPT, { ...postgres.env(password), ...own, ...other }, path);
  };
  const restore = (other: Record<string, string> = {}) =>
    shell(RESTORE_SCRIPT, {
      ...postgres.env(password),
      FOLDER: backups,
      PATIENCE: '0',
      ...other,
    });
  const count = () => postgres.query('SELECT count(*) FROM app.runs', password).out.trim();
  /** A `pg_dump` in front of the real one that damages what it wrote. */
  const damaging = (damage: string) => {
    const before = folder();
    const script = `#!/bin/sh
      for last; do :; done
      "${programs}/pg_dump" "$@" || exit
      file=\${last#--file=}
      ${damage}`;
    writeFileSync(join(before, 'pg_dump'), script);
    chmodSync(join(before, 'pg_dump'), 0o755);
    return before;
  };

  test('the newest dumps are kept, other files are left alone', () => {
    withOld();
    writeFileSync(join(backups, 'notes.txt'), 'mine');
    writeFileSync(join(backups, '.hks-20200104T000000Z.dump.part'), 'of a run that was killed');
    const { code, out } = backup(2);
    expect(code).toBe(0);
    const [older, newest, ...rest] = files();
    expect([older, ...rest]).toEqual(['hks-20200103T000000Z.dump', 'notes.txt']);
    expect(newest).toMatch(DUMP);
    expect(out).toMatch(
      /^hks-\S+ has \d{5,} bytes\.\nhks-20200102T000000Z\.dump is removed\.\nhks-20200101T000000Z\.dump is removed\.\n$/,
    );
  });

  test('one dump is kept where one is asked for, and fewer are there than are kept', () => {
    expect(backup(3).code).toBe(0);
    expect(files()).toHaveLength(1);
    withOld();
    expect(backup(1).code).toBe(0);
    expect(files()).toEqual([expect.stringMatching(DUMP)]);
    expect(files()).not.toContain(OLD[2]);
  });

  test('a server that does not answer fails the run, and no dump is removed', () => {
    withOld();
    const { code, error } = backup(1, { PGPORT: '1' });
    expect(code).not.toBe(0);
    expect(error).toContain('pg_dump: error: connection to server');
    expect(files()).toEqual(OLD);
  });

  test('a server that is not reached yet is waited for', () => {
    const before = folder();
    // As a policy of the network does with a pod that it does not know yet.
    const script = `#!/bin/sh
      echo try >>"${before}/tries"
      [ "$(wc -l <"${before}/tries")" -ge 3 ]`;
    writeFileSync(join(before, 'pg_isready'), script);
    chmodSync(join(before, 'pg_isready'), 0o755);
    expect(backup(1, { PATIENCE: '5' }, before).code).toBe(0);
    expect(readFileSync(join(before, 'tries'), 'utf8')).toBe('try\n'.repeat(3));
    expect(restore({ PATIENCE: '1', PGPORT: '1' }).error).toContain('connection to server');
  });

  test('a wrong password fails the run without being told', () => {
    const wrong = newPassword();
    const { code, out, error } = backup(1, { PGPASSWORD: wrong });
    expect(code).not.toBe(0);
    expect(`${out}${error}`).not.toContain(wrong);
  });

  test('a dump whose data were cut off fails the run, and no dump is removed', () => {
    withOld();
    const cut = 'truncate -s -20000 "$file"';
    const { code } = backup(1, {}, damaging(cut));
    expect(code).not.toBe(0);
    expect(files()).toEqual(OLD);
    // The twin: the same with nothing cut off. The list of contents alone would not have told.
    expect(backup(1, {}, damaging(':')).code).toBe(0);
    const [made = ''] = files();
    const listed = shell('truncate -s -20000 "$FILE"; pg_restore --list "$FILE"', {
      FILE: join(backups, made),
    });
    expect(listed.code).toBe(0);
  });

  test('a run beside another one is refused', async () => {
    const lock = join(backups, '.lock');
    writeFileSync(lock, '');
    chmodSync(lock, 0o666);
    const holder = spawn('flock', ['--no-fork', lock, 'sh', '-c', 'echo held; exec sleep 60']);
    await once(holder.stdout, 'data');
    expect(backup(1)).toMatchObject({ code: 1, error: 'Another backup is running.\n' });
    holder.kill();
    await once(holder, 'exit');
    expect(backup(1).code).toBe(0);
  });

  test('the newest dump is restored whole: what came later is gone', () => {
    expect(backup(7).code).toBe(0);
    const change = `DELETE FROM app.runs WHERE n > 10; CREATE TABLE later (n int);
      CREATE SCHEMA later; CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'`;
    expect(postgres.query(change, password).code).toBe(0);
    const { code, out, error } = restore();
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toBe(`The database is as in ${files()[0]}.\n`);
    expect(count()).toBe('20000');
    expect(postgres.query(`SELECT to_regclass('later')`, password).out).toBe('\n');
    expect(postgres.query('CREATE TABLE public.new (n int); DROP TABLE new', password).code).toBe(
      0,
    );
  });

  test('another dump is restored by its name', () => {
    expect(backup(7).code).toBe(0);
    const [whole = ''] = files();
    writeFileSync(join(backups, 'hks-99991231T235959Z.dump'), 'newer, and no dump');
    expect(restore().code).not.toBe(0);
    expect(restore({ DUMP: whole })).toMatchObject({ code: 0 });
    expect(count()).toBe('20000');
  });

  test('a damaged dump changes nothing', () => {
    expect(backup(7).code).toBe(0);
    const [whole = ''] = files();
    const bytes = readFileSync(join(backups, whole));
    writeFileSync(join(backups, whole), bytes.subarray(0, bytes.length - 20_000));
    expect(restore().code).not.toBe(0);
    expect(count()).toBe('20000');
  });

  test('a folder without dumps, and a name that is not there, are errors that tell what there is', () => {
    expect(restore()).toMatchObject({ code: 1 });
    writeFileSync(join(backups, OLD[0] ?? ''), '');
    const { code, error } = restore({ DUMP: 'other.dump' });
    expect(code).toBe(1);
    expect(error).toBe(`There is no dump 'other.dump' among: ${OLD[0]} \n`);
  });
});
