import { Secret } from '@spec-kitty/core/session/secret';
import { FaultProxy } from '@spec-kitty/testkit/oauth/fault-proxy';
import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpAccountEndpoint } from './http-account-endpoint.ts';

const ME = '/api/v1/me';
let server: OAuthServer;
let proxy: FaultProxy;
let issuer = '';

beforeEach(async () => {
  server = new OAuthServer();
  await server.listen();
  proxy = new FaultProxy(() => server.origin);
  issuer = await proxy.listen();
});
afterEach(async () => {
  await proxy.close();
  await server.close();
});

function ask(token = String(server.grant()['access_token']), withinMs = 5000) {
  return new HttpAccountEndpoint().fetch(issuer, new Secret(token), withinMs);
}

test('the account comes from the issuer, asked once with the token in the header', async () => {
  expect(await ask()).toEqual({
    kind: 'account',
    account: {
      userId: 'user-ada',
      email: 'ada@example.org',
      name: 'Ada',
      teams: [{ id: 'team-ada', name: 'Ada’s own', role: 'owner', isPrivate: true }],
    },
    refreshExpiresAtMs: null,
  });
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET ${ME}`]);
  expect(server.requests[0]?.authorization).toMatch(/^Bearer access-/);
});

test('a token that is not honoured is told apart from a server that fails', async () => {
  expect(await ask('of nobody')).toEqual({ kind: 'unauthorized' });
  proxy.fail(ME, { kind: 'status', status: 503, body: '{}' });
  expect(await ask()).toEqual({ kind: 'unavailable', why: 'http_503' });
});

test.each(['<html>Sign in</html>', '{"user_id":', '[]', `{"x":"${'x'.repeat(1024 * 1024)}"}`])(
  'a body that is no account is malformed: %.20s',
  async (body) => {
    proxy.fail(ME, { kind: 'body', body });
    expect(await ask()).toEqual({ kind: 'unavailable', why: 'malformed' });
  },
);

test('a redirect is not followed, so that no other server sees the token', async () => {
  const other = new OAuthServer();
  const location = `${await other.listen()}${ME}`;
  proxy.fail(ME, { kind: 'status', status: 302, body: '', headers: { location } });
  expect(await ask()).toEqual({ kind: 'unavailable', why: 'http_302' });
  expect(other.requests).toEqual([]);
  await other.close();
});

test('a slow answer ends in time, and a lost one at once', async () => {
  proxy.fail(ME, { kind: 'delay', beforeMs: 1000 });
  expect(await ask(undefined, 200)).toEqual({ kind: 'unavailable', why: 'timeout' });
  proxy.fail(ME, { kind: 'drop answer' });
  expect(await ask()).toEqual({ kind: 'unavailable', why: 'dropped' });
});
