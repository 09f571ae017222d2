/** @module The program that asks a function for what is backed up: settings come by variables, the answer's body goes to its output. */

/**
 * Writes the body of a 2xx answer to standard output and ends with 0; any other answer, or one that breaks off, ends
 * with 1. A connection that is not made, as in the first seconds of a pod whose policies are being set, is tried again
 * 5 s later, six times in all: nothing has been sent yet. Follows no redirect; never prints a header.
 */
export const FETCHER_PROGRAM = `import http.client, json, os, shutil, sys, time, urllib.parse

env = os.environ
url = urllib.parse.urlsplit(env["HKS_URL"])
target = (url.path or "/") + ("?" + url.query if url.query else "")
headers = json.loads(env["HKS_HEADERS"])
if "HKS_TOKEN" in env:
    headers["Authorization"] = "Bearer " + env["HKS_TOKEN"].strip()
body = env["HKS_PAYLOAD"].encode("utf-8", "surrogateescape") if "HKS_PAYLOAD" in env else None

def connected():
    for left in range(5, -1, -1):
        connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=660)
        try:
            connection.connect()
            return connection
        except OSError as error:
            print("no connection: %s" % error, file=sys.stderr)
            if not left:
                sys.exit(1)
            time.sleep(float(env.get("HKS_PAUSE", "5")))

connection = connected()
try:
    connection.request(env["HKS_METHOD"], target, body, headers)
    answer = connection.getresponse()
    if not 200 <= answer.status < 300:
        print("answered %d: %s" % (answer.status, answer.read(2000).decode("utf-8", "replace")), file=sys.stderr)
        sys.exit(1)
    shutil.copyfileobj(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    if answer.length:
        print("broke off %d bytes before the end" % answer.length, file=sys.stderr)
        sys.exit(1)
except ValueError:
    print("the token or the address holds a character that HTTP forbids", file=sys.stderr)
    sys.exit(1)
except (OSError, http.client.HTTPException) as error:
    print("%s: %s" % (type(error).__name__, error), file=sys.stderr)
    sys.exit(1)
`;
