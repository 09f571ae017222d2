/** @module The function of the end-to-end tests: it answers with its version, prints what it got, and publishes events on request. */

import { App } from 'cdk8s';
import { Cpu, type EnvValue } from 'cdk8s-plus-28';
import type { HksFunctionProps } from '../../../constructs/function';
import { Project } from '../../../constructs/project';
import {
  type Caller,
  callFunction,
  clusterDns,
  kubectl,
  PYTHON,
  startCaller,
  until,
} from '../harness';

const PROGRAM = `
import http.server, json, os, signal, time, urllib.request
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        print(json.dumps({"method": self.command, "path": self.path, "headers": headers, "body": body.decode("latin-1")}), flush=True)
        if self.path == "/publish":
            event = {"ce-specversion": "1.0", "ce-id": "published", "ce-source": "/e2e", "ce-type": "wanted", "content-type": "text/plain"}
            urllib.request.urlopen(urllib.request.Request(os.environ["K_SINK"], b"by a function", event), timeout=20)
        time.sleep(float(headers.get("x-seconds", 0)))
        if self.path == "/kernel":
            text = open("/proc/version").read()
        else:
            # A broker takes a body that is no event for a failure, and sends the event again.
            text = "" if "ce-id" in headers else os.environ.get("VERSION", "")
        self.send_response(int(headers.get("x-status", 200)))
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *_):
        pass
    do_GET = do_POST = do_PUT = answer
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

/** Small enough that many fit on one node. */
export const TINY = { cpu: { request: Cpu.millis(5), limit: Cpu.millis(500) } };

/** Props of a function that answers with its version. */
export function server(version: string, props: Partial<HksFunctionProps> = {}): HksFunctionProps {
  return {
    image: PYTHON,
    command: ['python3', '-c', PROGRAM],
    resources: TINY,
    queueProxy: TINY,
    ...props,
    env: { VERSION: version, ...(props.env as Record<string, string | EnvValue> | undefined) },
  };
}

/** A project of the namespace, in an app of its own, so that a test can render it again with other props. */
export async function projectIn(namespace: string, tenant = 'acme'): Promise<Project> {
  const dns = await clusterDns();
  return new Project(new App(), 'function', { tenant, namespace, plan: 'medium', dns });
}

/** A request as the function printed it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the function's running pods got so far. */
export async function received(name: string, namespace: string): Promise<readonly Received[]> {
  const which = ['-l', `hks.io/function=${name}`, '-c', 'user-container', '--tail=-1'];
  const output = await kubectl(['logs', '-n', namespace, ...which]);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Received);
}

/** The answers of that many calls, one after the other. */
export async function answers(name: string, namespace: string, calls: number): Promise<string[]> {
  const bodies: string[] = [];
  for (let call = 0; call < calls; call++) bodies.push((await callFunction(name, namespace)).body);
  return bodies;
}

const FETCH = `import sys, urllib.request as r
url, host = sys.argv[1:]
print(r.urlopen(r.Request(url, headers={"Host": host} if host else {}), timeout=60).read().decode(), end="")`;

/** A pod that can fetch; whom it reaches depends on its namespace and its labels. */
export function startFetcher(
  namespace: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Caller> {
  return startCaller(namespace, { image: PYTHON, labels });
}

/** Fetches until the URL answers with 2xx, and gives the body. */
export async function untilFetched(from: Caller, url: string, host = ''): Promise<string> {
  const fetch = () => from.run(['python3', '-c', FETCH, url, host]);
  return (await until(`${url} to answer`, fetch, ({ code }) => code === 0)).output;
}
