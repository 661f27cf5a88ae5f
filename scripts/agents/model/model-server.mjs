import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chatCompletions } from './chat-completions.mjs';
import { gemini } from './gemini.mjs';
import { responses } from './responses.mjs';
import { nextAction } from './script.mjs';

const PROTOCOLS = [chatCompletions, responses, gemini];

/**
 * Starts a model on this machine that does what a script says, in the protocols of all agents.
 *
 * @param log file that gets every request, to see what agents ask for.
 * @returns its address, and how to end it.
 */
export async function startModel(log) {
  let count = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { pathname: path } = new URL(request.url, 'http://localhost');
      const protocol = PROTOCOLS.find((one) => one.matches(path));
      appendFileSync(log, `${request.method} ${request.url}\n${body}\n`);
      if (protocol === undefined || request.method !== 'POST') {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end('{"error": {"message": "There is nothing here."}}');
        return;
      }
      const asked = JSON.parse(body);
      const { prompt, done, tools } = protocol.read(asked);
      count += 1;
      const answer = protocol.answer(nextAction(prompt, done, tools), asked, count, path);
      appendFileSync(log, `-> ${JSON.stringify(answer)}\n`);
      send(response, answer);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    asked: () => count,
    close: () => server.close(),
  };
}

function send(response, answer) {
  if (!Array.isArray(answer)) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of answer) {
    if (event.type !== undefined) response.write(`event: ${event.type}\n`);
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  response.end();
}
