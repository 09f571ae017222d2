// A function that the schedule calls: it takes the payload only from who knows the token.
const { createServer } = require('node:http');

createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${process.env.TOKEN}`) {
    response.writeHead(401).end('who are you?\n');
    return;
  }
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { days } = JSON.parse(body);
    response.end(`reminded those who left a cart ${days} days ago\n`);
  });
}).listen(Number(process.env.PORT ?? 8080));

process.on('SIGTERM', () => process.exit());
