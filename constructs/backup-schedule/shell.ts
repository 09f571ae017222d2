/** @module Shell text: quoting, and the functions that every restic script of a backup begins with. */

/** The words as one line of shell, quoted where they need it. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** Where restic's container keeps its cache, its temporary packs and the scripts' own files. */
export const CACHE_PATH = '/cache';

/** How long a script waits for another process's lock: longer than the 30 minutes after which restic calls a lock stale. */
export const LOCK_WAIT_SECONDS = 2400;

/** What Go says of a network that is not there, or not yet. */
const NETWORK_TROUBLE =
  'connection refused|connection reset|i/o timeout|no route to host|no such host|server misbehaving|network is unreachable';

/**
 * - `run` starts restic and waits for it, so that a SIGTERM reaches it as the SIGINT on which it removes its lock.
 * - `interrupt` repeats, since a process that has only just started does not listen yet.
 * - `steady` is `run` that waits while another process holds the repository; `unlock` removes stale locks only.
 * - `unreachable` takes a failed command for the network's fault, which a pod's first seconds may bring while its policies
 *   are being set, and waits before it is tried again; six times at most.
 * - `ensure` makes the repository where there is none; `init` never overwrites one.
 *
 * No variable is called `$$` or stands as `$(NAME)`: Kubernetes expands those in a command.
 */
export const PRELUDE = `set -eu
umask 077
work=${CACHE_PATH}/run
rm -rf "$work"
mkdir -p "$work" "$TMPDIR"
child=
exec 4>&2
say() { echo "hks: $*" >&4; }
interrupt() { (while kill -INT "$1" 2>/dev/null; do sleep 2; done) & }
stop() {
  trap - TERM INT
  say 'stopped from outside'
  if [ -n "$child" ]; then interrupt "$child"; wait "$child" || true; fi
  exit 143
}
trap stop TERM INT
run() {
  restic "$@" &
  child=$!
  code=0
  wait "$child" || code=$?
  child=
  return "$code"
}
pause() {
  sleep "$1" &
  wait $! || true
}
troubles=6
unreachable() {
  if [ "$troubles" -eq 0 ] || ! grep -qE '${NETWORK_TROUBLE}' "$1"; then return 1; fi
  troubles=$((troubles - 1))
  say 'the storage cannot be reached, trying again'
  pause 5
}
steady() {
  waited=0
  while :; do
    code=0
    run "$@" 2>"$work/stderr" || code=$?
    cat "$work/stderr" >&2
    if [ "$code" -eq 0 ]; then return 0; fi
    if unreachable "$work/stderr"; then continue; fi
    if [ "$code" -ne 11 ] && ! grep -q 'already locked' "$work/stderr"; then return "$code"; fi
    if [ "$waited" -ge "$HKS_LOCK_WAIT" ]; then
      say "the repository was locked for $waited seconds"
      return "$code"
    fi
    say 'another process holds the repository, waiting'
    run unlock >&2 || true
    pause 15
    waited=$((waited + 15))
  done
}
ensure() {
  while :; do
    if run cat config --no-lock >/dev/null 2>"$work/stderr"; then return 0; fi
    run init --repository-version 2 2>"$work/init" || true
    if run cat config --no-lock >/dev/null 2>"$work/stderr"; then return 0; fi
    cat "$work/init" "$work/stderr" >&2
    if ! unreachable "$work/init" && ! unreachable "$work/stderr"; then break; fi
  done
  say 'the repository can be neither opened nor made'
  exit 1
}
`;
