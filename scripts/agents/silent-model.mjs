// Stands in for Google's model: runs a program that talks to it, and logs its requests until one has a text in it.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [log, awaited, program, ...args] = process.argv.slice(2);
const answer = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'OK' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
};

let child;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    appendFileSync(log, `${request.url}\n${body}\n`);
    if (body.includes(awaited)) {
      // With the processes that it has started.
      process.kill(-child.pid, 'SIGKILL');
      process.exit(0);
    }
    const streams = request.url.includes('stream');
    response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
    response.end(streams ? `data: ${JSON.stringify(answer)}\n\n` : JSON.stringify(answer));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const env = { ...process.env, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: address };
  child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
});
