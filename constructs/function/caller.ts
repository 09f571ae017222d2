/** @module The program that calls a function on a schedule: everything that differs between calls comes by variables and files. */

/** Names of the variables that the program reads. */
export const CALLER = {
  url: 'HKS_URL',
  method: 'HKS_METHOD',
  /** Headers as a JSON object. */
  headers: 'HKS_HEADERS',
  /** Headers whose values are in other variables, as a JSON object of the variables' names. */
  secretHeaders: 'HKS_SECRET_HEADERS',
  /** Sent as a bearer token. */
  token: 'HKS_TOKEN',
  payload: 'HKS_PAYLOAD',
  payloadBase64: 'HKS_PAYLOAD_BASE64',
  payloadFile: 'HKS_PAYLOAD_FILE',
  /** Seconds that one attempt may take. */
  timeout: 'HKS_TIMEOUT',
  retries: 'HKS_RETRIES',
} as const;

/**
 * Ends with 0 after an answer of 2xx that came to its end, else with 1. Tries again after no answer, 408, 425, 429 and 5xx,
 * with 1 s, 2 s, 4 s … up to 30 s between. Follows no redirect. Prints one JSON line for each attempt, never a header.
 */
export const CALLER_PROGRAM = `import base64, http.client, json, os, signal, sys, time, urllib.parse

env = os.environ
url = urllib.parse.urlsplit(env["HKS_URL"])
target = url.path + ("?" + url.query if url.query else "")
limit = int(env["HKS_TIMEOUT"])
headers = json.loads(env["HKS_HEADERS"])
for name, variable in json.loads(env["HKS_SECRET_HEADERS"]).items():
    headers[name] = env[variable].strip()
if "HKS_TOKEN" in env:
    headers["Authorization"] = "Bearer " + env["HKS_TOKEN"].strip()
body = None
if "HKS_PAYLOAD_FILE" in env:
    with open(env["HKS_PAYLOAD_FILE"], "rb") as file:
        body = file.read()
elif "HKS_PAYLOAD_BASE64" in env:
    body = base64.b64decode(env["HKS_PAYLOAD_BASE64"])
elif "HKS_PAYLOAD" in env:
    body = env["HKS_PAYLOAD"].encode("utf-8", "surrogateescape")

def expired(*_):
    raise TimeoutError("no complete answer within %d s" % limit)

def call():
    connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=limit)
    signal.alarm(limit)
    try:
        connection.request(env["HKS_METHOD"], target, body, headers)
        answer = connection.getresponse()
        start = b""
        while True:
            part = answer.read(65536)
            if not part:
                if answer.length:
                    raise http.client.IncompleteRead(start, answer.length)
                return answer.status, start.decode("utf-8", "replace")
            start = (start + part)[:2000]
    finally:
        signal.alarm(0)
        connection.close()

signal.signal(signal.SIGALRM, expired)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
retries = int(env["HKS_RETRIES"])
for attempt in range(retries + 1):
    if attempt:
        time.sleep(min(30, 2 ** (attempt - 1)))
    began = time.monotonic()
    line = {"attempt": attempt + 1}
    again = True
    try:
        status, text = call()
        line["status"] = status
        if 200 <= status < 300:
            again = None
        else:
            line["body"] = text
            again = status in (408, 425, 429) or status >= 500
    except ValueError:
        line["error"] = "the token or a header holds a character that HTTP forbids"
        again = False
    except (OSError, http.client.HTTPException) as error:
        line["error"] = "%s: %s" % (type(error).__name__, error)
    line["seconds"] = round(time.monotonic() - began, 3)
    print(json.dumps(line), flush=True)
    if again is None:
        sys.exit(0)
    if not again:
        break
sys.exit(1)
`;
