// Waits for code, runs each in a process of its own and answers with what it printed.
const { spawnSync } = require('node:child_process');
const { createServer } = require('node:http');

function run({ code, input = '', timeout = 30 }) {
  const options = { input, encoding: 'utf8', timeout: timeout * 1000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], options);
  return { code: status, stdout, stderr };
}

createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const answer = request.method === 'POST' ? run(JSON.parse(body)) : { ready: true };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer));
  });
}).listen(8080);

process.on('SIGTERM', () => process.exit());
