import type { Account, Session, Tokens } from '@spec-kitty/core/session/session';
import { Secret } from '@spec-kitty/core/session/secret';
import { writeCurrentServer } from '@spec-kitty/local/session/current-server';
import { expect, test } from 'vitest';
import { commandsOf } from '../../testing/command-tree.ts';
import { type AuthWorld, authWorld } from '../../testing/auth-world.ts';

const HOUR = 3_600_000;

/** Somebody who logged in an hour ago. */
function logIn(world: AuthWorld, account: Partial<Account> = {}, tokens: Partial<Tokens> = {}): Session {
  const now = Date.now();
  const session: Session = {
    issuer: world.issuer,
    account: {
      userId: 'u-1',
      email: 'ada@example.org',
      name: 'Ada',
      teams: [
        { id: 't-1', name: 'Shared', role: 'member', isPrivate: false },
        { id: 't-2', name: 'Own', role: 'owner', isPrivate: true },
      ],
      ...account,
    },
    tokens: {
      access: new Secret('access-1'),
      refresh: new Secret('refresh-1'),
      sessionId: 's-1',
      scope: 'offline_access',
      issuedAtMs: now - HOUR,
      accessExpiresAtMs: now + 90 * 60_000 + 500,
      refreshExpiresAtMs: now + 49 * HOUR,
      generation: 1,
      ...tokens,
    },
    method: 'authorization_code',
  };
  world.store.login(session);
  writeCurrentServer(world.root, world.issuer);
  return session;
}

test('A-20: everything about a login, in text and as a document', async () => {
  const world = await authWorld();
  logIn(world);
  const { exitCode, stdout } = await world.run(['auth', 'status']);
  expect(exitCode).toBe(0);
  expect(stdout.replace(/\d{4}-.*Z$/m, '<time>')).toBe(
    [
      '+ Authenticated',
      '  User            Ada <ada@example.org>',
      '  User ID         u-1',
      `  Server          ${world.issuer}`,
      '  Teams           Shared (member)',
      '                  Own (owner) [Private Teamspace] [default]',
      '  Access token    1 hour',
      '  Refresh token   2 days',
      '  Storage         Encrypted session file',
      '  Session ID      s-1',
      '  Last refreshed  <time>',
      '  Auth method     Browser (Authorization Code + PKCE)',
      '',
    ].join('\n'),
  );
  const document: unknown = JSON.parse((await world.run(['auth', 'status', '--json'])).stdout);
  expect(document).toMatchObject({
    schema_version: 1,
    state: 'authenticated',
    user: { id: 'u-1', email: 'ada@example.org', name: 'Ada' },
    teams: [
      { id: 't-1', is_private_teamspace: false, is_default: false },
      { id: 't-2', is_private_teamspace: true, is_default: true },
    ],
    issuer: world.issuer,
    session_id: 's-1',
    auth_method: 'authorization_code',
    storage: 'file',
    last_end: null,
    store_fault: null,
  });
  expect(world.proxy.paths).toEqual([]);
});

test('A-25: a session stays with the server that issued it, whatever the environment names; the difference is told, and ends nothing', async () => {
  const world = await authWorld();
  const other = await authWorld();
  logIn(world);
  const env = { SPEC_KITTY_SAAS_URL: other.issuer };
  expect((await world.run(['auth', 'status'], env)).stdout).toContain(
    `\n! SPEC_KITTY_SAAS_URL names another server, where nobody is logged in: ${other.issuer}\n`,
  );
  expect(JSON.parse((await world.run(['auth', 'status', '--json'], env)).stdout)).toMatchObject({
    issuer: world.issuer,
    configured_server: other.issuer,
  });
  expect((await world.run(['auth', 'doctor'], env)).stdout).toContain('F-012');
  const refused = await world.run(['auth', 'logout', '--json'], env);
  expect(refused.exitCode).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error_code: 'SESSION_OTHER_SERVER',
    hints: [
      expect.stringContaining(`\`spec-kitty auth logout --server ${world.issuer}\``),
      expect.anything(),
    ],
  });
  expect(refused.stdout).toContain('F-012');
  expect(world.store.read().kind).toBe('ok');
  expect(world.server.requests).toEqual([]);
  const ended = await world.run(['auth', 'logout', '--server', world.issuer], env);
  expect(ended).toMatchObject({ exitCode: 0, stdout: '✓ Server revocation confirmed.\n+ Logged out.\n' });
  expect((await world.run(['auth', 'logout'], env)).stdout).toBe('i Not logged in.\n');
  expect(world.server.calls('/oauth/revoke').map(({ form }) => form['token'])).toEqual(['refresh-1']);
  expect(other.server.requests).toEqual([]);
});

test.each([
  ['over', { refreshExpiresAtMs: Date.now() - 1 }, 'X Session expired (refresh token expired)', 'expired'],
  ['kept by the server', { refreshExpiresAtMs: null }, '+ Authenticated', 'authenticated'],
  ['without an access token', { accessExpiresAtMs: Date.now() - 1 }, '+ Authenticated', 'authenticated'],
] as const)('A-20: a login that is %s', async (_, tokens, line, state) => {
  const world = await authWorld();
  logIn(world, {}, tokens);
  const { exitCode, stdout } = await world.run(['auth', 'status']);
  expect({ exitCode, first: stdout.split('\n')[0] }).toEqual({ exitCode: 0, first: line });
  expect(JSON.parse((await world.run(['auth', 'status', '--json'])).stdout)).toMatchObject({ state });
  expect((await world.run(['auth', 'whoami'])).exitCode).toBe(state === 'expired' ? 1 : 0);
});

test('A-20, X-11: names of a server cannot steer a terminal', async () => {
  const world = await authWorld();
  const evil = '\u001B]0;owned\u0007\u202Eada\u001B[2J';
  logIn(world, {
    name: evil,
    email: `${evil}@example.org`,
    teams: [{ id: 't', name: evil, role: evil, isPrivate: true }],
  });
  for (const argv of [
    ['auth', 'status'],
    ['auth', 'whoami'],
    ['auth', 'login'],
  ]) {
    const { stdout, stderr } = await world.run(argv);
    expect(stdout).toContain('ada');
    for (const control of ['\u001B', '\u0007', '\u202E']) expect(`${stdout}${stderr}`).not.toContain(control);
  }
});

test('A-21: whoami is an address, or nothing', async () => {
  const world = await authWorld();
  expect(await world.run(['auth', 'whoami'])).toMatchObject({ exitCode: 1, stdout: '', stderr: '' });
  logIn(world);
  expect(await world.run(['auth', 'whoami'])).toMatchObject({ exitCode: 0, stdout: 'ada@example.org\n' });
  expect(world.proxy.paths).toEqual([]);
});

test('A-26: nothing asks for a password or takes one', async () => {
  const flags = [...commandsOf()]
    .filter(([route]) => route.startsWith('auth '))
    .flatMap(([route, { parameters }]) =>
      Object.keys(parameters.flags ?? {}).map((flag) => `${route} ${flag}`),
    );
  expect(flags.length).toBeGreaterThan(5);
  expect(flags.filter((flag) => /pass|secret|token|pin/i.test(flag))).toEqual([]);
  const world = await authWorld();
  world.server.options.deviceInterval = 0;
  const running = world.run(['auth', 'login', '--headless']);
  await expect.poll(() => world.server.calls('/oauth/device').length, { timeout: 50_000 }).toBe(1);
  await world.server.decideDevice('approved');
  expect((await running).exitCode).toBe(0);
  const grants = world.server.calls('/oauth/token').map(({ form }) => form['grant_type']);
  expect(new Set(grants)).toEqual(new Set(['urn:ietf:params:oauth:grant-type:device_code']));
});
