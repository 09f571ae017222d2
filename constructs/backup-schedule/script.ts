/** @module What the containers of a backup run: restic's scripts, and the stream between a command and restic. */
import type { KeepFlags } from './retention';
import { CACHE_PATH, PRELUDE, shellWords } from './shell';

/** Tags that a snapshot carries: of a whole run, of one that could not read everything. */
export const COMPLETE = 'complete';
export const INCOMPLETE = 'incomplete';

/** The folder that the command's container and restic's share: the FIFO `data`, and the files `ready`, `closed`, `status`. */
export const STREAM_PATH = '/stream';
/** Where the PersistentVolumeClaims of a source are mounted, each under its name. */
export const SOURCE_PATH = '/source';
/** Where a restore mounts its target. */
export const RESTORE_PATH = '/restore';

export interface BackupScript {
  /** `namespace/name`: under this host all snapshots of the schedule are grouped. */
  readonly host: string;
  readonly tags: readonly string[];
  readonly compression: 'off' | 'auto' | 'max';
  readonly keep: KeepFlags;
  /** Arguments of `restic backup`: paths below /source, or the name of the streamed file. */
  readonly input:
    | { readonly paths: readonly string[]; readonly exclude: readonly string[] }
    | { readonly fileName: string };
}

/**
 * A run: the repository is made when it is missing, the snapshot taken, then old ones removed.
 * A second pod of one Job finds the first one's snapshot by the tag `run=JOB` and takes none.
 */
export function backupScript({ host, tags, compression, keep, input }: BackupScript): string {
  const common = [
    `--compression=${compression}`,
    `--host=${host}`,
    `--tag=${[COMPLETE, ...tags].join(',')}`,
  ];
  const take =
    'fileName' in input
      ? STREAM.replace('ARGUMENTS', () =>
          shellWords([...common, '--stdin', `--stdin-filename=${input.fileName}`]),
        )
      : `cd ${SOURCE_PATH}
steady backup ${shellWords([...common, ...input.exclude.map((pattern) => `--exclude=${pattern}`)])} --tag="run=$HKS_RUN" -- ${shellWords(input.paths)} || code=$?
cd /
`;
  const mine = shellWords([`--host=${host}`]);
  return `${PRELUDE}ensure
steady snapshots ${mine} --tag="${COMPLETE},run=$HKS_RUN" --json >"$work/mine"
if grep -q short_id "$work/mine"; then
  say 'this run already has its snapshot'
${'fileName' in input ? `  touch ${STREAM_PATH}/skip\n` : ''}else
code=0
${take}taken=$code
if [ "$taken" -eq 3 ]; then
  say 'some files could not be read: the snapshot is marked incomplete and nothing old is removed'
  steady tag ${mine} --tag="${COMPLETE},run=$HKS_RUN" --remove=${COMPLETE} --add=${INCOMPLETE}
fi
if [ "$taken" -ne 0 ]; then exit "$taken"; fi
fi
steady forget ${mine} --tag=${INCOMPLETE} --group-by=host --keep-last=1
steady forget ${mine} --tag=${COMPLETE} --group-by=host ${shellWords(keep)} --prune
`;
}

/**
 * restic reads from a pipe of its own, whose writing end this shell holds open until the command's status is known:
 * restic sees the end of its input, and makes a snapshot, only after a command that ended with 0.
 */
const STREAM = `mkfifo "$work/relay"
mkfifo -m 660 ${STREAM_PATH}/data
(
  restic backup ARGUMENTS --tag="run=$HKS_RUN" <"$work/relay" &
  echo $! >"$work/pid"
  code=0
  wait $! || code=$?
  echo "$code" >"$work/code.part"
  mv "$work/code.part" "$work/code"
) &
child=$!
exec 3>"$work/relay"
abandon() {
  trap - TERM INT
  say "$1: no snapshot"
  touch ${STREAM_PATH}/closed
  interrupt "$(cat "$work/pid")"
  wait "$child" || true
  exit 1
}
trap 'abandon "stopped from outside"' TERM INT
touch ${STREAM_PATH}/ready
(
  passed=0
  cat ${STREAM_PATH}/data >&3 || passed=$?
  echo "$passed" >"$work/passed"
) &
until [ -s "$work/passed" ] || [ -f "$work/code" ]; do pause 1; done
if [ -f "$work/code" ]; then abandon "restic ended with $(cat "$work/code")"; fi
left=30
until [ -s ${STREAM_PATH}/status ] || [ "$left" -eq 0 ]; do pause 1; left=$((left - 1)); done
if [ ! -s ${STREAM_PATH}/status ]; then abandon 'the command ended without a status'; fi
read -r status <${STREAM_PATH}/status
if [ "$status" != 0 ]; then abandon "the command ended with $status"; fi
if [ "$(cat "$work/passed")" != 0 ]; then abandon 'not all of the output reached restic'; fi
exec 3>&-
wait "$child" || true
child=
trap stop TERM INT
code=$(cat "$work/code")
`;

/** The command's side of the stream; the command itself follows as arguments. */
export const SENDER = `until [ -e ${STREAM_PATH}/ready ]; do
  if [ -e ${STREAM_PATH}/skip ]; then exit 0; fi
  if [ -e ${STREAM_PATH}/closed ]; then exit 1; fi
  sleep 1
done
child=
trap 'if [ -n "$child" ]; then kill "$child"; fi' TERM INT
"$@" >${STREAM_PATH}/data &
child=$!
code=0
wait "$child" || code=$?
echo "$code" >${STREAM_PATH}/status.part
mv ${STREAM_PATH}/status.part ${STREAM_PATH}/status
exit "$code"
`;

/** Reads back what was stored; fails where there is no whole snapshot. */
export function verifyScript(host: string, subset: string, testRestore: boolean): string {
  const newest = shellWords([`--host=${host}`, `--tag=${COMPLETE}`]);
  return `${PRELUDE}steady snapshots ${newest} --json >"$work/snapshots"
if ! grep -q short_id "$work/snapshots"; then
  say 'there is no snapshot to verify'
  exit 1
fi
steady check ${shellWords([`--read-data-subset=${subset}`])}
${testRestore ? `steady restore latest ${newest} --target=${RESTORE_PATH} --verify\n` : ''}`;
}

/** cp neither replaces a symbolic link nor writes beside one: what is in its way goes first. */
const CLEAR = `find . ! -type d -exec rm -f ${RESTORE_PATH}/{} \\;\n`;

/**
 * Restores beside the target's own files and moves the result into place, since a volume's root belongs to the volume.
 *
 * @param folder the folder of the snapshot whose content is wanted; '' for the snapshot's root
 */
export function restoreScript(
  host: string,
  snapshot: string,
  folder: string,
  overwrite: boolean,
): string {
  const which =
    snapshot === 'latest' ? ['latest', `--host=${host}`, `--tag=${COMPLETE}`] : [snapshot];
  const include = folder === '' ? [] : [`--include=/${folder}`];
  const from = shellWords([`/${folder}`]);
  return `${PRELUDE}staging=${RESTORE_PATH}/.hks-restore
rm -rf "$staging"
mkdir "$staging"
steady restore ${shellWords([...which, `--target=${RESTORE_PATH}/.hks-restore`, ...include])} --verify
cd "$staging"${from === '/' ? '' : from}
if [ -z "$(ls -A .)" ]; then say 'the snapshot holds nothing of what was asked for'; exit 1; fi
each() {
  for entry in * .[!.]* ..?*; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then "$@" "$entry"; fi
  done
}
free() {
  if [ -e "${RESTORE_PATH}/$1" ] || [ -L "${RESTORE_PATH}/$1" ]; then
    say "the target already has '$1'"
    exit 1
  fi
}
place() { ${overwrite ? 'cp -a' : 'mv'} "$1" ${RESTORE_PATH}/; }
${overwrite ? CLEAR : 'each free\n'}each place
cd /
rm -rf "$staging"
`;
}

/** Environment that every restic container has. */
export const RESTIC_ENVIRONMENT = [
  { name: 'RESTIC_CACHE_DIR', value: CACHE_PATH },
  { name: 'TMPDIR', value: `${CACHE_PATH}/tmp` },
] as const;
