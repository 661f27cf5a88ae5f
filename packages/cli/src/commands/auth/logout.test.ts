import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '@spec-kitty/core/session/secret';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { writeCurrentServer } from '@spec-kitty/local/session/current-server';
import { describe, expect, test } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: the browser is stood in for by a script)';

/** What is said of a login whose end the server has not confirmed. */
const stays = ({ issuer }: AuthWorld) =>
  `! It may still hold at the server, until it is ended there; a Teamspace has a page for that: ${issuer}/sessions\n`;

async function loggedIn(): Promise<AuthWorld> {
  const world = await authWorld();
  await world.logIn();
  return world;
}

describe.runIf(HAS_BROWSER)(`logout${SKIPPED}`, () => {
  test('A-15, A-17: a revocation that the server confirms is called confirmed', async () => {
    const world = await loggedIn();
    const stored = world.store.read();
    const token = stored.kind === 'ok' ? stored.session.tokens.refresh.expose() : '';
    expect(await world.run(['auth', 'logout'])).toMatchObject({
      exitCode: 0,
      stdout: '✓ Server revocation confirmed.\n+ Logged out.\n',
    });
    const [revoke, ...more] = world.server.calls('/oauth/revoke');
    expect(revoke).toMatchObject({ authorization: null, form: { token, token_type_hint: 'refresh_token' } });
    expect(more).toEqual([]);
    expect(world.proxy.paths).not.toContain('/api/v1/logout');
    expect(await world.server.honours(token)).toBe(false);
    expect(await world.run(['auth', 'logout'])).toMatchObject({ exitCode: 0, stdout: 'i Not logged in.\n' });
  });

  test.each([
    [{ kind: 'status', status: 200, body: '{}' }, 'server error'],
    [{ kind: 'status', status: 200, body: '{"revoked":"true"}' }, 'server error'],
    [{ kind: 'status', status: 204, body: '' }, 'server error'],
    [{ kind: 'status', status: 503, body: '' }, 'server error'],
    [{ kind: 'status', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }, 'server error'],
    [{ kind: 'drop request' }, 'network error'],
    [{ kind: 'drop answer' }, 'network error'],
  ] as const)('A-15, A-16: %o is no confirmation, and the login here is over', async (fault, why) => {
    const world = await loggedIn();
    world.proxy.fail('/oauth/revoke', fault);
    expect(await world.run(['auth', 'logout'])).toMatchObject({
      exitCode: 0,
      stdout: `! Server revocation not confirmed (${why}).\n+ Logged out.\n${stays(world)}`,
    });
    expect(world.store.read()).toMatchObject({ kind: 'ended', reason: 'user_logout' });
  });

  test('A-15: --force leaves the server alone', async () => {
    const world = await loggedIn();
    expect((await world.run(['auth', 'logout', '--force'])).stdout).toBe(
      `Skipping server revocation (--force).\n+ Logged out.\n${stays(world)}`,
    );
    expect(world.server.calls('/oauth/revoke')).toEqual([]);
  });

  test('A-15, X-02: a session of a server that tokens may not go to sends none', async () => {
    const world = await loggedIn();
    const stored = world.store.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    const issuer = 'http://team.example';
    const store = new FileSessionStore(world.root, issuer, Date.now);
    store.login({
      ...stored.session,
      issuer,
      tokens: { ...stored.session.tokens, refresh: new Secret('r') },
    });
    writeCurrentServer(world.root, issuer);
    const { exitCode, stdout } = await world.run(['auth', 'logout'], { SPEC_KITTY_SAAS_URL: '' });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^! Cannot reach SaaS \(config error\): .*\n\+ Logged out.\n! It may still hold .*\n! There is a login at .*, too: .*\n$/,
    );
  });

  test('logins at other servers are named wherever none is in use, with what works on each', async () => {
    const world = await loggedIn();
    const stored = world.store.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    const other = 'https://other.example';
    const store = new FileSessionStore(world.root, other, Date.now);
    store.login({ ...stored.session, issuer: other });
    const run = (...argv: string[]) => world.run(['auth', ...argv], { SPEC_KITTY_SAAS_URL: '' });
    const line = `! There is a login at ${other}, too: \`spec-kitty auth status --server ${other}\` shows it, \`spec-kitty auth logout --server ${other}\` ends it.\n`;
    expect((await run('logout')).stdout).toBe(`✓ Server revocation confirmed.\n+ Logged out.\n${line}`);
    expect((await run('logout')).stdout).toBe(`i Not logged in.\n${line}`);
    expect(JSON.parse((await run('logout', '--json')).stdout)).toMatchObject({ other_logins: [other] });
    expect((await run('status')).stdout).toContain(line);
    expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({ other_logins: [other] });
    expect((await run('doctor')).stdout).toContain(
      `\`spec-kitty auth login --server ${other}\` goes on with it`,
    );
    const file = path.join(store.folder, 'session.json');
    chmodSync(file, 0o644);
    expect((await run('logout')).stdout).toBe(`i Not logged in.\n${line}`);
    chmodSync(file, 0o600);
    expect((await run('status', '--server', other)).stdout).toMatch(/^\+ Authenticated/);
    expect((await run('status', '--server', world.issuer)).stdout).toContain(
      `Run \`spec-kitty auth login --server ${world.issuer}\` to log in.`,
    );
    expect(await run('status', '--server', 'http://other.example')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[SERVER_URL_INVALID]') as string,
    });
    expect((await run('logout', '--force', '--server', other)).stdout).toContain('+ Logged out.');
    expect((await run('logout')).stdout).toBe('i Not logged in.\n');
  });

  test('a login holds although something is in the way of its note, and a logout ends it although the lock is not to be had', async () => {
    const world = await loggedIn();
    mkdirSync(path.join(world.store.folder, 'refresh-journal.json'));
    expect((await world.run(['auth', 'login', '--force'])).exitCode).toBe(0);
    const stored = world.store.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    const token = stored.session.tokens.refresh.expose();
    expect(await world.server.honours(token)).toBe(true);
    rmSync(path.join(world.store.folder, 'refresh.lock'));
    mkdirSync(path.join(world.store.folder, 'refresh.lock'));
    expect((await world.run(['auth', 'logout'])).stdout).toBe(
      '✓ Server revocation confirmed.\n+ Logged out.\n',
    );
    expect(await world.server.honours(token)).toBe(false);
  });

  test.each(['gone', 'empty', 'nonsense'])(
    'A-18: the only login is found where the note of the last one is %s',
    async (how) => {
      const world = await loggedIn();
      const note = path.join(world.root, 'server.json');
      if (how === 'gone') rmSync(note);
      else writeFileSync(note, how === 'empty' ? '' : '{"issuer":"nonsense"}');
      const env = { SPEC_KITTY_SAAS_URL: '' };
      expect((await world.run(['auth', 'status'], env)).stdout).toMatch(/^\+ Authenticated/);
      expect((await world.run(['auth', 'logout'], env)).stdout).toBe(
        '✓ Server revocation confirmed.\n+ Logged out.\n',
      );
    },
  );

  test.each([
    [
      'a changed byte',
      (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(/.{4}"}\s*$/, 'AAAA"}')),
    ],
    ['nothing', (file: string) => writeFileSync(file, '')],
  ])('A-18: a session file with %s is kept aside, and said to be', async (_, damage) => {
    const world = await loggedIn();
    const file = path.join(world.store.folder, 'session.json');
    damage(file);
    const status = await world.run(['auth', 'status']);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/^X Session cannot be used: /);
    const { exitCode, stdout } = await world.run(['auth', 'logout']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^! Server revocation could not be attempted \(no refresh token\).\n.*kept aside: .*\n\+ Logged out.\n! It may still hold .*\/sessions\n$/,
    );
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(world.store.folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
    expect((await world.run(['auth', 'whoami'])).exitCode).toBe(1);
  });
});
