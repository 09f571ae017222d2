import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPassword } from '../../../stacks/postgres/secret';
import { describeWithPostgres, LocalPostgres } from './local-postgres';

jest.setTimeout(120_000);

describeWithPostgres('the data are made before the server starts', () => {
  const postgres = new LocalPostgres();
  const first = newPassword();
  const second = newPassword();
  afterAll(async () => {
    await postgres.stop();
    postgres.remove();
  });

  test('what an earlier start left half done is made anew', () => {
    mkdirSync(`${postgres.data}.new`, { mode: 0o777 });
    mkdirSync(postgres.data);
    expect(postgres.prepare(first)).toMatchObject({ code: 0 });
    expect(existsSync(`${postgres.data}.new`)).toBe(false);
    expect(readFileSync(join(postgres.data, 'PG_VERSION'), 'utf8')).toMatch(/^\d+\n$/);
  });

  test('the role owns its database, is no superuser and connects with the password alone', async () => {
    await postgres.start();
    const about = `SELECT current_user, rolsuper, rolcreaterole, rolcreatedb,
      pg_get_userbyid(datdba), pg_encoding_to_char(encoding)
      FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`;
    expect(postgres.query(about, first).out).toBe('hks|f|f|f|hks|UTF8\n');
    expect(postgres.query('SHOW data_checksums', first).out).toBe('on\n');
    expect(postgres.query('CREATE TABLE kept AS SELECT 7 AS n', first).code).toBe(0);
    const refused = postgres.query('SELECT 1', second);
    expect(refused.code).toBe(2);
    expect(refused.error).toContain('password authentication failed for user "hks"');
  });

  test('after a crash the data are kept, and a Secret that is made again counts', async () => {
    await postgres.stop('SIGKILL');
    expect(existsSync(join(postgres.data, 'postmaster.pid'))).toBe(true);
    expect(postgres.prepare(second)).toMatchObject({ code: 0 });
    await postgres.start();
    expect(postgres.query('SELECT n FROM kept', second).out).toBe('7\n');
    expect(postgres.query('SELECT n FROM kept', first).code).toBe(2);
    await postgres.stop();
  });

  test.each([`x'; DROP DATABASE hks; --`, '', 'with space'])(
    'a password that would need escaping is refused and not told: %j',
    (password) => {
      const { code, out, error } = postgres.prepare(password);
      expect(code).toBe(1);
      expect(`${out}${error}`).toBe(
        `The password in ${postgres.root}/password must be letters, digits, - and _.\n`,
      );
    },
  );

  test('data of another major version are refused and left alone', () => {
    const file = join(postgres.data, 'PG_VERSION');
    const version = readFileSync(file, 'utf8');
    writeFileSync(file, '9\n');
    const { code, error } = postgres.prepare(first);
    expect(code).toBe(1);
    expect(error).toBe(
      `The volume holds data of PostgreSQL 9, and the image has PostgreSQL ${version.trim()}: see docs/platform/database.md, 'Another major version'.\n`,
    );
    writeFileSync(file, version);
    expect(postgres.prepare(first)).toMatchObject({ code: 0 });
  });

  test('a folder with other data is neither removed nor built upon', () => {
    const other = new LocalPostgres();
    mkdirSync(other.data);
    writeFileSync(join(other.data, 'mine'), 'precious');
    expect(other.prepare(first).code).not.toBe(0);
    expect(readFileSync(join(other.data, 'mine'), 'utf8')).toBe('precious');
    other.remove();
  });
});
