#!/usr/bin/env node
// Stands for kubectl and the cluster behind it: `proxy` serves the objects of the file that CLUSTER names.
const { appendFileSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { parse } = require('yaml');

const args = process.argv.slice(2);
const { CLUSTER = '' } = process.env;
const cluster = () => JSON.parse(readFileSync(CLUSTER, 'utf8'));
const log = (entry) => appendFileSync(`${CLUSTER}.log`, `${JSON.stringify(entry)}\n`);

log({ args, pid: process.pid });
if (args[0] === 'config') console.log(cluster().namespace ?? '');
else if (cluster().broken) {
  console.error(cluster().broken);
  process.exitCode = 1;
} else {
  const socket = args
    .find((arg) => arg.startsWith('--unix-socket='))
    .slice('--unix-socket='.length);
  createServer(serve).listen(socket, () => console.log(`Starting to serve on ${socket}`));
}

function serve(request, response) {
  const url = new URL(request.url, 'http://localhost');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const { method, headers } = request;
    const query = Object.fromEntries(url.searchParams);
    log({
      method,
      path: url.pathname,
      query,
      type: headers['content-type'],
      accept: headers.accept,
    });
    const [status, answer] = answerTo(method, url, body);
    response.statusCode = status;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
}

const asked = new Map();

function answerTo(method, { pathname, searchParams }, body) {
  const { objects, kinds, answers = {}, defaults = {} } = cluster();
  const key = `${method} ${pathname}`;
  asked.set(key, (asked.get(key) ?? 0) + 1);
  const turns = Array.isArray(answers[key]?.[0]) ? answers[key] : [answers[key]];
  const given = turns[asked.get(key) - 1] ?? turns.at(-1);
  if (given) return given;
  if (pathname === '/api' || pathname === '/apis') return [200, discovery(kinds, pathname)];
  const live = objects[pathname];
  if (method === 'PATCH') {
    const [, namespace] = /\/namespaces\/([^/]+)\/./.exec(pathname) ?? [];
    const isMissing = namespace && !objects[`/api/v1/namespaces/${namespace}`];
    if (isMissing)
      return [
        404,
        status('NotFound', `namespaces "${namespace}" not found`, { kind: 'namespaces' }),
      ];
    return [live ? 200 : 201, merged(merged(live ?? {}, defaults), parse(body))];
  }
  if (live) return [200, live];
  const items = searchParams.has('labelSelector') ? selected(objects, pathname) : undefined;
  return items ? [200, { items }] : [404, status('NotFound', `${pathname} not found`, {})];
}

/** Objects of the kind, in the namespace or in all, that have a tenant's label. */
function selected(objects, pathname) {
  const [, root, plural] = /^(.*)\/([^/]+)$/.exec(pathname);
  return Object.entries(objects)
    .filter(([path]) => path.replace(/\/[^/]+$/, '').endsWith(`/${plural}`))
    .filter(([path]) => path.startsWith(`${root}/`))
    .map(([, object]) => object)
    .filter(({ metadata }) => metadata.labels?.['hks.io/tenant']);
}

function discovery(kinds, path) {
  const groups = Object.keys(kinds).filter((group) => (group === '') === (path === '/api'));
  const items = groups.map((group) => ({
    metadata: group === '' ? {} : { name: group },
    versions: [{ version: 'v1', resources: kinds[group] }],
  }));
  return { kind: 'APIGroupDiscoveryList', items };
}

function status(reason, message, details) {
  return { kind: 'Status', reason, message, details };
}

function merged(a, b) {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(b)) return b;
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) result[key] = merged(a[key], value);
  return result;
}
