import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { NetworkFault } from '@spec-kitty/testkit/oauth/fault-proxy';
import { describe, expect, test } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';
import { makeReadOnly, readOnlyMethod } from '../../testing/read-only-disk.ts';

const IS_TEAMSPACE = process.env['SPEC_KITTY_TEST_SERVER'] !== undefined;

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: the browser is stood in for by a script)';

/** How long something may take that a process of its own does, on a machine that is busy with others. */
const SOMETIME = { timeout: 50_000 };

/** What the browser was called with and what it came to, login by login; it may still be writing when the login is over. */
async function browserSaw(world: AuthWorld, logins: number): Promise<readonly (readonly unknown[])[]> {
  const seen = path.join(world.repository.base, 'browser/seen');
  const lines = () => readFileSync(seen, 'utf8').split('\n').slice(0, -1);
  await expect.poll(() => lines().length, SOMETIME).toBe(2 * logins);
  return lines().map((line) => JSON.parse(line) as readonly unknown[]);
}

describe.runIf(HAS_BROWSER)(`by browser${SKIPPED}`, () => {
  test('A-01, A-02, X-14: seven parameters, PKCE, and the page as one word for the browser', async () => {
    const world = await authWorld();
    const { exitCode, stdout, stderr } = await world.run(['auth', 'login']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '+ Authenticated as ada@example.org\n  Ada’s own [Private Teamspace]\n',
    });
    const [[page, ...more] = [], answer] = await browserSaw(world, 1);
    expect(more).toEqual([]);
    expect(stderr).toContain(`\n  ${String(page)}\n`);
    expect(answer?.[0]).toBe(200);
    expect(answer?.[1]).not.toMatch(/code|state=/);
    const asked = Object.fromEntries(new URL(String(page)).searchParams);
    expect(asked).toEqual({
      client_id: 'cli_native',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      response_type: 'code',
      scope: 'offline_access',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [exchange] = world.server.calls('/oauth/token');
    expect(exchange?.form).toEqual({
      grant_type: 'authorization_code',
      code: expect.any(String),
      redirect_uri: asked['redirect_uri'],
      client_id: 'cli_native',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(exchange?.authorization).toBeNull();

    await world.run(['auth', 'login', '--force']);
    const again = new URL(String((await browserSaw(world, 2))[2]?.[0])).searchParams;
    expect(again.get('state')).not.toBe(asked['state']);
    expect(again.get('code_challenge')).not.toBe(asked['code_challenge']);
  });

  test('A-12: who is logged in already is told so, without a request', async () => {
    const world = await authWorld();
    await world.logIn();
    const before = world.proxy.paths.length;
    expect(await world.run(['auth', 'login'])).toMatchObject({
      exitCode: 0,
      stdout: '+ Already logged in as ada@example.org\n',
    });
    expect(world.proxy.paths).toHaveLength(before);
  });

  test('a login in the place of another gives the other one back once it is stored', async () => {
    const world = await authWorld();
    await world.logIn();
    const before = world.store.read();
    await world.run(['auth', 'login', '--force']);
    const after = world.store.read();
    if (before.kind !== 'ok' || after.kind !== 'ok') throw new Error('not logged in');
    expect(await world.server.honours(before.session.tokens.refresh.expose())).toBe(false);
    expect(await world.server.honours(after.session.tokens.refresh.expose())).toBe(true);

    world.proxy.fail('/oauth/revoke', { kind: 'drop request' });
    const unsure = await world.run(['auth', 'login', '--force']);
    expect(unsure).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('The login before this one may still hold'),
    });
    expect(await world.server.honours(after.session.tokens.refresh.expose())).toBe(true);
  });

  test('S-02: folders are the user’s alone, and so are the files', async () => {
    const world = await authWorld();
    await world.logIn();
    const names = readdirSync(world.root, { recursive: true, encoding: 'utf8' });
    const modes = names.map((name) => {
      const facts = statSync(path.join(world.root, name));
      return [name, facts.isDirectory() ? 'folder' : 'file', (facts.mode & 0o777).toString(8)];
    });
    const shared = modes.filter(([, kind, mode]) => mode !== (kind === 'folder' ? '700' : '600'));
    expect(shared).toEqual([]);
    expect(names.map((name) => path.basename(name)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each([[], ['--headless']])(
    'a server that is away is told of before anybody waits %j',
    async (...how) => {
      const world = await authWorld();
      const run = await world.run(['auth', 'login', '--server', 'http://127.0.0.1:1', '--json', ...how]);
      expect(run.exitCode).toBe(1);
      expect(JSON.parse(run.stdout)).toMatchObject({ error_code: 'SERVER_UNREACHABLE' });
      expect(run.stderr).toBe('');
    },
  );

  test('S-03: folders that others may look into are closed by a login', async () => {
    const world = await authWorld();
    await world.logIn();
    for (const folder of [world.root, world.store.folder]) {
      chmodSync(folder, 0o755);
      expect(world.store.read()).toMatchObject({ kind: 'insecure', path: folder });
      expect((await world.run(['auth', 'login'])).exitCode).toBe(0);
      expect(world.store.read().kind).toBe('ok');
    }
  });

  test.each<readonly [at: string, answers: string, fault: NetworkFault, code: string]>([
    ['/oauth/token', 'a 503', { kind: 'status', status: 503, body: 'sorry' }, 'SERVER_ERROR'],
    ['/oauth/token', 'a page', { kind: 'body', body: '<html>' }, 'SERVER_ANSWER_INVALID'],
    ['/oauth/token', 'nothing', { kind: 'drop answer' }, 'SERVER_UNREACHABLE'],
    [
      '/oauth/token',
      'invalid_grant',
      { kind: 'status', status: 400, body: '{"error":"invalid_grant"}' },
      'LOGIN_REFUSED',
    ],
    [
      '/oauth/token',
      'with a redirect',
      { kind: 'status', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/' } },
      'SERVER_ANSWER_INVALID',
    ],
    [
      '/oauth/token',
      'tokens for ever',
      {
        kind: 'body',
        body: '{"access_token":"a","refresh_token":"r","session_id":"s","expires_in":1e13}',
      },
      'SERVER_ANSWER_INVALID',
    ],
    [
      '/api/v1/me',
      'two lines of address',
      {
        kind: 'body',
        body: '{"user_id":"u","email":"a\\nroot@corp.example","name":"n","teams":[{"id":"t","name":"n","role":"r"}]}',
      },
      'SERVER_ANSWER_INVALID',
    ],
    ['/api/v1/me', 'a 401', { kind: 'status', status: 401, body: '{}' }, 'SERVER_ANSWER_INVALID'],
    ['/api/v1/me', 'a number as user', { kind: 'body', body: '{"user_id":7}' }, 'SERVER_ANSWER_INVALID'],
    [
      '/api/v1/me',
      'two megabytes',
      { kind: 'body', body: `"${'x'.repeat(2 ** 21)}"` },
      'SERVER_ANSWER_INVALID',
    ],
    [
      '/api/v1/me',
      'no teams',
      { kind: 'body', body: '{"user_id":"u","email":"e","name":"n","teams":[]}' },
      'NO_TEAMS',
    ],
  ])(
    'A-09, A-13, X-13: %s answering %s leaves the login before whole, and keeps nothing',
    async (at, _, fault, code) => {
      const world = await authWorld();
      await world.logIn();
      const before = world.store.read();
      const revoked = world.server.calls('/oauth/revoke').length;
      world.proxy.fail(at, fault);
      const { exitCode, stdout, stderr } = await world.run(['auth', 'login', '--force']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain(`[${code}]`);
      expect(world.store.read()).toEqual(before);
      if (before.kind !== 'ok') throw new Error('not logged in');
      expect(await world.server.honours(before.session.tokens.refresh.expose())).toBe(true);
      // Tokens that were given and came to nothing are given back.
      const given = at === '/api/v1/me' ? 1 : 0;
      expect(world.server.calls('/oauth/revoke')).toHaveLength(revoked + given);
      expect(world.proxy.paths.filter((one) => one === '/oauth/token')).toHaveLength(2);
    },
  );

  test.skipIf(IS_TEAMSPACE)(
    'A-08: when the refresh token ends is said by its time, then by /me, then by its length, or not at all [not of Teamspace, which says it one way]',
    async () => {
      const world = await authWorld();
      const endOf = async () => {
        await world.run(['auth', 'login', '--force']);
        const stored = world.store.read();
        return stored.kind === 'ok' ? stored.session.tokens.refreshExpiresAtMs : undefined;
      };
      const { server } = world;
      const [exact, told] = ['2031-01-01T00:00:00Z', '2032-01-01T00:00:00Z'];
      server.extra.token = { refresh_token_expires_at: exact };
      server.extra.me = { refresh_token_expires_at: told };
      expect(await endOf()).toBe(Date.parse(exact));
      server.extra.token = {};
      expect(await endOf()).toBe(Date.parse(told));
      server.extra.me = {};
      expect(Number(await endOf()) - Date.now()).toBeGreaterThan(89 * 86_400_000);
      server.options.refreshLifetimeS = null;
      expect(await endOf()).toBeNull();
    },
  );
});

describe('without a browser', () => {
  test('A-10, A-11: a code and a page; asks again as often as it may, and opens neither port nor browser', async () => {
    const world = await authWorld();
    world.server.options.deviceInterval = 1;
    const running = world.run(['auth', 'login', '--headless']);
    await expect.poll(() => world.server.calls('/oauth/token').length, SOMETIME).toBeGreaterThan(0);
    await world.server.decideDevice('approved');
    const { exitCode, stdout, stderr } = await running;
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\+ Authenticated as ada@example.org\n/),
    });
    expect(stderr).toMatch(/^ {2}Code {2}[A-Z\d]{4}-[A-Z\d]{4}$/m);
    expect(stderr).toContain('if it was you who started this login');
    expect(readdirSync(path.join(world.repository.base, 'browser'))).not.toContain('seen');
    expect(world.store.read()).toMatchObject({ kind: 'ok', session: { method: 'device_code' } });
  });

  test.each([
    ['denied', 'LOGIN_DENIED'],
    ['expired', 'LOGIN_TIMEOUT'],
  ] as const)('A-10: a code that is %s', async (state, code) => {
    const world = await authWorld();
    world.server.options.deviceInterval = 0;
    const running = world.run(['auth', 'login', '--headless', '--json']);
    await expect.poll(() => world.server.calls('/oauth/device').length, SOMETIME).toBe(1);
    await world.server.decideDevice(state);
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error_code: code });
    expect(world.store.read().kind).toBe('absent');
  });

  const method = readOnlyMethod();
  test.skipIf(method === undefined).each([
    ['a page', []],
    ['a code', ['--headless']],
  ])('A-13: who could not store a login is told so before %s is shown', async (_, how) => {
    const world = await authWorld();
    mkdirSync(world.store.folder, { recursive: true, mode: 0o700 });
    const undo = makeReadOnly(world.root, method);
    try {
      const { exitCode, stdout, stderr } = await world.run(['auth', 'login', ...how]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/^Error: .*\[READ_ONLY\]\n/);
      expect(world.server.requests).toEqual([]);
    } finally {
      undo();
    }
  });

  test('A-10: a server that has no device codes', async () => {
    const world = await authWorld();
    world.proxy.fail('/oauth/device', { kind: 'body', body: '{"device_code":"x"}' });
    expect((await world.run(['auth', 'login', '--headless'])).stderr).toContain('[SERVER_ANSWER_INVALID]');
  });
});

test('A-25: a login at one server leaves one at another alone, and each is refreshed at its own', async () => {
  const world = await authWorld();
  const other = await authWorld();
  world.server.options.deviceInterval = 0;
  other.server.options.deviceInterval = 0;
  setTimeout(() => void world.server.decideDevice('approved'), 50);
  const approve = setInterval(() => {
    void world.server.decideDevice('approved');
    void other.server.decideDevice('approved');
  }, 20);
  await world.run(['auth', 'login', '--headless']);
  const before = world.store.read();
  const { stderr } = await world.run(['auth', 'login', '--headless', '--server', `${other.issuer}/`]);
  expect(stderr).toContain(
    `Warning: SPEC_KITTY_SAAS_URL names another server, which commands go on using: ${world.issuer}\n`,
  );
  clearInterval(approve);
  expect(world.store.read()).toEqual(before);
  const elsewhere = { SPEC_KITTY_SAAS_URL: '' };
  expect((await world.run(['auth', 'status'], elsewhere)).stdout).toContain(
    `Server          ${other.issuer}\n`,
  );
  expect((await world.run(['auth', 'status'])).stdout).toContain(`Server          ${world.issuer}\n`);
});

test('A-11: a code that holds for a minute is not said to hold for 1 minutes', async () => {
  const world = await authWorld();
  const device = {
    device_code: 'd',
    user_code: 'ABCD1234',
    verification_uri: `${world.issuer}/device`,
    expires_in: 60,
    interval: 0,
  };
  world.proxy.fail('/oauth/device', { kind: 'body', body: JSON.stringify(device) });
  const { exitCode, stderr } = await world.run(['auth', 'login', '--headless']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Waiting for up to 1 minute; Ctrl-C ends this.');
});
