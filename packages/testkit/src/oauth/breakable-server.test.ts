import { expect, onTestFinished, test } from 'vitest';
import { BreakableServer } from './breakable-server.ts';

async function aServer() {
  const server = new BreakableServer();
  const address = await server.listen();
  onTestFinished(() => server.close());
  const ask = async (path: string, form: Readonly<Record<string, string>> = {}) => {
    const body = new URLSearchParams({ client_id: 'cli_native', ...form });
    const answer = await fetch(address + path, { method: 'POST', body, redirect: 'manual' });
    return [answer.status, await answer.text()] as const;
  };
  return { server, address, ask };
}

test('breaks as it is told, until it is mended or for so many requests', async () => {
  const { server, ask } = await aServer();
  const status = async () => (await ask('/oauth/device'))[0];
  expect(await status()).toBe(200);
  expect(server.obey('503 device')).toBe('POST /oauth/device: HTTP 503, until `mend`');
  expect([await status(), await status()]).toEqual([503, 503]);
  expect(server.obey('redirect device 1')).toBe('POST /oauth/device: a redirect, once');
  expect([await status(), await status()]).toEqual([307, 200]);
  server.obey('garbage device');
  expect((await ask('/oauth/device'))[1]).toBe('<html>This is no JSON.</html>');
  server.obey('lose device');
  await expect(ask('/oauth/device')).rejects.toThrow('fetch failed');
  expect(server.obey('  mend ')).toBe('mended');
  expect(await status()).toBe(200);
});

test('what it does not know changes nothing, and it says what it knows', async () => {
  const { server, ask } = await aServer();
  for (const line of [
    'frob',
    '503 nowhere',
    '503 device x',
    '999',
    'lifetime',
    'lifetime -1',
    'constructor',
    '503 toString',
  ])
    expect([line, server.obey(line)]).toEqual([
      line,
      expect.stringMatching(/^I do not understand ".*"\. `help` /),
    ]);
  expect((await ask('/oauth/device'))[0]).toBe(200);
  const help = server.obey('help');
  for (const word of [
    'delay',
    'drop',
    'lose',
    'garbage',
    '500',
    'redirect',
    'mend',
    'expire',
    'revoke',
    'lifetime',
    'deny',
  ])
    expect(help).toContain(`  ${word}`);
});

test('ends logins and codes, and gives tokens that live as long as they are told to', async () => {
  const { server, ask, address } = await aServer();
  const start = async () => JSON.parse((await ask('/oauth/device'))[1]) as Record<string, string>;
  const poll = async (code: string) => {
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code };
    const [status, text] = await ask('/oauth/token', grant);
    return [status, JSON.parse(text) as Record<string, unknown>] as const;
  };
  const first = await start();
  expect(first['verification_uri']).toBe(`${address}/device`);
  expect(server.obey('deny')).toBe('every code is denied that waits for an answer');
  expect(await poll(first['device_code'] ?? '')).toEqual([400, { error: 'access_denied' }]);

  expect(server.obey('lifetime 5')).toBe('access tokens live 5 s from now on');
  const second = await start();
  await fetch(second['verification_uri_complete'] ?? '');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const [, tokens] = await poll(second['device_code'] ?? '');
  expect(tokens['expires_in']).toBe(5);
  const refresh = () =>
    ask('/oauth/token', { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) });
  const me = async () =>
    (
      await fetch(`${address}/api/v1/me`, {
        headers: { authorization: `Bearer ${String(tokens['access_token'])}` },
      })
    ).status;
  expect(await me()).toBe(200);
  expect(server.obey('expire')).toBe('every access token that is out is refused');
  expect(await me()).toBe(401);
  expect(server.obey('revoke')).toBe('every login is ended');
  expect(await refresh()).toEqual([400, '{"error":"invalid_grant"}']);
});
