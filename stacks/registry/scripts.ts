/**
 * @module The two programs of the registry's image: one serves, one collects garbage, and a lease on their volume
 * says whose turn it is. Both are written for the shell of BusyBox.
 */

/**
 * What both do with their files, in a shell. `put` writes over a line of fixed length, which takes no room: a volume
 * that is full could not be collected otherwise. `holder` is whose lease holds: nobody's without one, when it has ended,
 * and when nobody could have taken it.
 */
const LEASE = String.raw`put() { printf '%-255s\n' "$2" 1<>"$STATE/$1"; }
holder() {
  { read -r id end <"$STATE/lease"; } 2>/dev/null || return 0
  left=$((end - $(date +%s))) 2>/dev/null || return 0
  if [ "$left" -gt 0 ] && [ "$left" -le "$LEASE_SECONDS" ]; then echo "$id"; fi
}
`;

/**
 * Serves the registry: read-only while a collection holds the lease, writable otherwise.
 *
 * It says which of both it is in the file `mode`: `read-only ID` only after the writable server of before has ended,
 * `writable` before the next one starts. A lease that has ended counts for nothing, so whoever dies with one in his
 * hand holds nobody up for longer than it lasts.
 */
export const SERVE_SOURCE = String.raw`set -u
mkdir -p "$STATE"
if [ ! -s "$STATE/http-secret" ]; then
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$STATE/http-secret.new"
  mv "$STATE/http-secret.new" "$STATE/http-secret"
fi
# Uploads go on after a restart: their state is signed with it.
REGISTRY_HTTP_SECRET=$(cat "$STATE/http-secret")
export REGISTRY_HTTP_SECRET

${LEASE}say() {
  echo "registry: $1"
  put mode "$1"
}
[ -s "$STATE/lease" ] || put lease "- 0"

ending=
trap 'ending=yes' TERM INT
while [ -z "$ending" ]; do
  held=$(holder)
  if [ -n "$held" ]; then
    say "read-only $held"
    registry serve "$CONFIG/read-only.yml" &
  else
    say writable
    registry serve "$CONFIG/config.yml" &
  fi
  server=$!
  while [ -z "$ending" ] && kill -0 "$server" 2>/dev/null && [ "$(holder)" = "$held" ]; do
    sleep 1
  done
  if [ -z "$ending" ] && ! kill -0 "$server" 2>/dev/null; then
    wait "$server"
    exit
  fi
  kill -TERM "$server" 2>/dev/null
  while kill -0 "$server" 2>/dev/null; do wait "$server"; done
done
`;

/**
 * Collects garbage: layers and manifests that no manifest and no tag of the registry leads to.
 *
 * Nothing that was written in the last QUIET_MINUTES is in danger: it waits for such a pause, at first while everyone
 * may push, after PATIENCE_SECONDS with the registry read-only. The collection ends at once when it loses the lease.
 */
export const COLLECT_SOURCE = `set -u
id=$(hostname)-$(date +%s)
keeper=
collector=

${LEASE}quiet() { [ -z "$(find "$DATA" -type f -mmin "-$QUIET_MINUTES" 2>/dev/null | head -n 1)" ]; }
holds() {
  { read -r owner end <"$STATE/lease"; } 2>/dev/null || return 1
  [ "$owner" = "$id" ] && [ $((end - $(date +%s))) -gt $((LEASE_SECONDS / 4)) ]
}
mode() {
  { read -r now <"$STATE/mode"; } 2>/dev/null && echo "$now"
}
renew() { put lease "$id $(($(date +%s) + LEASE_SECONDS))"; }
# A process that was held up for long must not go on beside a server that writes again.
keep() {
  while sleep "$((LEASE_SECONDS / 8))"; do
    holds || break
    renew
  done
  echo "collection: lost the lease"
  kill -TERM "$$"
}
finish() {
  code=$?
  trap - TERM INT EXIT
  [ -z "$keeper" ] || kill -KILL "$keeper" 2>/dev/null
  if [ -n "$collector" ]; then
    kill -KILL "$collector" 2>/dev/null
    wait "$collector" 2>/dev/null
  fi
  if { read -r owner end <"$STATE/lease"; } 2>/dev/null && [ "$owner" = "$id" ]; then
    put lease "- 0"
  fi
  exit "$code"
}

if [ ! -d "$DATA/repositories" ]; then
  echo "collection: the registry is empty"
  exit 0
fi
waited=0
until quiet || [ "$waited" -ge "$PATIENCE_SECONDS" ]; do
  sleep 10
  waited=$((waited + 10))
done
# The lease of one that was killed ends; whoever lives renews it.
waited=0
while other=$(holder) && [ -n "$other" ]; do
  if [ "$waited" -gt "$LEASE_SECONDS" ]; then
    echo "collection: $other is at it"
    exit 1
  fi
  sleep 1
  waited=$((waited + 1))
done

trap finish EXIT
trap 'exit 143' TERM INT
renew
keep &
keeper=$!
waited=0
until [ "$(mode)" = "read-only $id" ]; do
  if [ "$waited" -ge "$SWITCH_SECONDS" ]; then
    echo "collection: the registry did not become read-only in $SWITCH_SECONDS s"
    exit 1
  fi
  sleep 1
  waited=$((waited + 1))
done
until quiet; do sleep 5; done
registry garbage-collect "$CONFIG/read-only.yml" &
collector=$!
wait "$collector"
`;
