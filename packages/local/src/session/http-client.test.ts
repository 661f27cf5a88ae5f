import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sendRequest } from './http-client.ts';

/** A server that says yes to everything. */
async function agreeable(): Promise<string> {
  const server = createServer((_, response) => void response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Keeps this process from everything else for so long, as a busy machine does. */
function hold(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test('a process that was held up takes the connection that was made meanwhile, however late it sees it', async () => {
  const url = await agreeable();
  const answer = sendRequest({ method: 'GET', url, withinMs: 60_000, connectMs: 50 });
  hold(200);
  expect(await answer).toMatchObject({ kind: 'answer', status: 200 });
});
