/** @module What runs in the database's pods beside PostgreSQL itself: programs of the shell that every image of it has. */

/**
 * Before the server starts: makes the data where there is none, and gives the role the Secret's password.
 *
 * The folder is made beside and moved into place whole, so that a start that was cut short begins anew. The password is
 * set each time: a Secret that is made again for a volume that was left behind, or changed by hand, is the truth.
 * One-user mode reads a statement from each line.
 *
 * Environment: PGDATA, DATABASE, SUPERUSER, PASSWORD_FILE.
 */
export const PREPARE = String.raw`set -eu
password=$(cat "$PASSWORD_FILE")
case $password in
'' | *[!A-Za-z0-9_-]*)
  echo "The password in $PASSWORD_FILE must be letters, digits, - and _." >&2
  exit 1
  ;;
esac
run() {
  postgres --single -c exit_on_error=on -c log_min_error_statement=panic -D "$1" postgres >/dev/null
}
if [ -s "$PGDATA/PG_VERSION" ]; then
  is=$(cat "$PGDATA/PG_VERSION")
  has=$(postgres --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
  if [ "$is" != "$has" ]; then
    echo "The volume holds data of PostgreSQL $is, and the image has PostgreSQL $has: see docs/platform/database.md, 'Another major version'." >&2
    exit 1
  fi
  echo "ALTER ROLE $DATABASE PASSWORD '$password'" | run "$PGDATA"
  exit
fi
if [ -e "$PGDATA" ]; then rmdir "$PGDATA"; fi
rm -rf "$PGDATA.new"
initdb --pgdata="$PGDATA.new" --username="$SUPERUSER" --encoding=UTF8 --locale=C.UTF-8 \
  --auth-local=trust --auth-host=scram-sha-256 --data-checksums
echo 'host all all all scram-sha-256' >>"$PGDATA.new/pg_hba.conf"
{
  echo "CREATE ROLE $DATABASE LOGIN PASSWORD '$password'"
  echo "CREATE DATABASE $DATABASE OWNER $DATABASE"
} | run "$PGDATA.new"
sync
mv "$PGDATA.new" "$PGDATA"
`;

/** Policies let a new pod through only after a moment, and a restarted server takes one; what follows tells what is wrong. */
const UNTIL_READY = `tries=$PATIENCE
until pg_isready --quiet || [ "$tries" -le 0 ]; do
  sleep 1
  tries=$((tries - 1))
done
`;

/**
 * Dumps the database beside the other dumps, reads the dump through, and only then removes what is beyond KEEP.
 * Whatever goes wrong, no dump is removed. A manual run beside a scheduled one is refused by a lock.
 *
 * Environment: libpq's (PGHOST, PGUSER, PGDATABASE, PGPASSWORD), FOLDER, KEEP and PATIENCE in seconds.
 */
export const BACKUP_SCRIPT = String.raw`set -eu
cd "$FOLDER"
exec 9>.lock
if ! flock -n 9; then
  echo 'Another backup is running.' >&2
  exit 1
fi
dump=hks-$(date -u +%Y%m%dT%H%M%SZ).dump
rm -f .hks-*.part
part=.$dump.part
trap 'rm -f "$part"' EXIT
${UNTIL_READY}pg_dump --format=custom --file="$part"
# The list of contents alone says nothing of data that was cut off.
pg_restore --file=/dev/null "$part"
sync
mv "$part" "$dump"
echo "$dump has $(wc -c <"$dump") bytes."
ls | grep -E '^hks-[0-9]{8}T[0-9]{6}Z\.dump$' | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do
  rm -f "$old"
  echo "$old is removed."
done
`;

/**
 * Puts the database back to a dump: the newest one, or DUMP. All or nothing, in one transaction.
 *
 * Environment: libpq's, FOLDER, PATIENCE and, by choice, DUMP.
 */
export const RESTORE_SCRIPT = String.raw`set -eu
cd "$FOLDER"
dump=${'$'}{DUMP:-$(ls | grep -E '^hks-[0-9]{8}T[0-9]{6}Z\.dump$' | sort | tail -n 1)}
if [ -z "$dump" ] || [ ! -f "$dump" ]; then
  echo "There is no dump '$dump' among: $(ls | tr '\n' ' ')" >&2
  exit 1
fi
pg_restore --file=/dev/null "$dump"
${UNTIL_READY}{
  echo 'BEGIN;'
  echo "SET lock_timeout = '30s';"
  echo 'DROP OWNED BY CURRENT_USER CASCADE;'
  if pg_restore --no-owner --file=- "$dump"; then
    echo 'COMMIT;'
  else
    echo "DO 'BEGIN RAISE EXCEPTION ''The dump cannot be read.''; END';"
  fi
} | psql --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1
echo "The database is as in $dump."
`;
