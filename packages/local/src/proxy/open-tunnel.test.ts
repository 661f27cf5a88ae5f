import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TEAM_CERTIFICATE } from '@spec-kitty/testkit/oauth/team-certificate';
import { type TunnelAnswer, TunnelProxy } from '@spec-kitty/testkit/oauth/tunnel-proxy';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { sendRequest } from '../session/http-client.ts';

afterEach(() => void vi.unstubAllEnvs());

/** A server that says it is team.example, and what it was sent. */
async function team(): Promise<{ readonly port: number; readonly got: string[] }> {
  const got: string[] = [];
  const server = createServer(TEAM_CERTIFICATE, (request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      got.push(
        `${request.method} ${request.headers.host}${request.url} ${body}`,
        JSON.stringify(request.headers),
      );
      response.end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, got };
}

async function proxied(answer: TunnelAnswer, login?: string) {
  const proxy = new TunnelProxy(answer);
  const address = await proxy.listen(login);
  onTestFinished(() => proxy.close());
  return { proxy, env: { HTTPS_PROXY: address } };
}

const ASKED = {
  method: 'POST',
  url: 'https://team.example/oauth/token',
  form: { a: 'b' },
  withinMs: 30_000,
} as const;

test('a request goes through the proxy to the server, which alone sees what is in it', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const { port, got } = await team();
  const { proxy, env } = await proxied({ to: port }, 'ada:p%40ss%@');
  expect(await sendRequest(ASKED, env)).toMatchObject({ kind: 'answer', status: 200, body: { ok: true } });
  const authorization = `Basic ${Buffer.from('ada:p@ss%').toString('base64')}`;
  expect(proxy.asked).toEqual([{ place: 'team.example:443', authorization }]);
  expect(got).toEqual([
    'POST team.example/oauth/token a=b',
    expect.not.stringContaining('proxy-authorization'),
  ]);
});

test('a server at the end of the proxy that is not trusted is sent nothing', async () => {
  const { port, got } = await team();
  const { env } = await proxied({ to: port });
  expect(await sendRequest(ASKED, env)).toEqual({ kind: 'failed', cause: 'tls', sent: false });
  expect(got).toEqual([]);
});

test.each([407, 403, 502, 302])('a proxy that says %i is told for what it is', async (status) => {
  const { proxy, env } = await proxied({ status });
  expect(await sendRequest(ASKED, env)).toEqual({ kind: 'failed', cause: 'proxy_refused', sent: false });
  expect(proxy.asked).toEqual([{ place: 'team.example:443', authorization: undefined }]);
});

test('a proxy that is not there, or is none, is told for what it is', async () => {
  const { proxy, env } = await proxied('nothing');
  await proxy.close();
  const unusable = { kind: 'failed', cause: 'proxy_unusable', sent: false };
  expect(await sendRequest(ASKED, env)).toEqual(unusable);
  expect(await sendRequest(ASKED, { HTTPS_PROXY: 'socks5://127.0.0.1:9' })).toEqual(unusable);
});

test('a proxy that says nothing is left when the time is over', async () => {
  const { proxy, env } = await proxied('nothing');
  const answer = await sendRequest({ ...ASKED, withinMs: 300 }, env);
  expect(answer).toEqual({ kind: 'failed', cause: 'timeout', sent: false });
  await expect.poll(() => [proxy.asked.length, proxy.open], { timeout: 50_000 }).toEqual([1, 0]);
});
