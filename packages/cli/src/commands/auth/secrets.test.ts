import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TunnelProxy } from '@spec-kitty/testkit/oauth/tunnel-proxy';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';
import { makeReadOnly, readOnlyMethod } from '../../testing/read-only-disk.ts';
import type { CliRun } from '../../testing/run-cli.ts';

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: the browser is stood in for by a script)';

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile() === true);
}

/** What the server gave out, and what this side made up for it; the state is in the address that a person is to open. */
function secretsOf({ server }: AuthWorld): readonly string[] {
  const verifiers = server.calls('/oauth/token').flatMap(({ form }) => form['code_verifier'] ?? []);
  return [...server.secrets, ...verifiers];
}

/** Where a secret is that has no business there. The browser has a code in its hands, and only that. */
function leaks(world: AuthWorld, runs: readonly CliRun[]): readonly string[] {
  const { base, root } = world.repository;
  const browser = path.join(base, 'browser');
  const texts = [
    ...runs.map((run): readonly [string, string] => [
      run.transcript.split('\n')[0] ?? '',
      run.stdout + run.stderr,
    ]),
    ...filesBelow(base)
      .filter((name) => !name.startsWith(browser))
      .map((name): readonly [string, string] => [path.relative(base, name), readFileSync(name, 'latin1')]),
    ...filesBelow(root).map((name): readonly [string, string] => [name, readFileSync(name, 'latin1')]),
    [
      'the command line and surroundings of the browser',
      readFileSync(path.join(browser, 'seen'), 'utf8'),
    ] as const,
  ];
  return secretsOf(world).flatMap((secret) =>
    texts.filter(([, text]) => text.includes(secret)).map(([name]) => `${secret.split('-')[0]} in ${name}`),
  );
}

describe.runIf(HAS_BROWSER)(`secrets${SKIPPED}`, () => {
  test('G-06, X-12: no secret is anywhere but sealed, whatever goes wrong', async () => {
    const world = await authWorld();
    const { server, proxy } = world;
    const runs: CliRun[] = [];
    const run = async (...argv: readonly string[]) =>
      runs.push(await world.run(argv, { NODE_DEBUG: 'http,net' }));
    await run('auth', 'login');
    for (const fault of [
      { kind: 'status', status: 500, body: 'refresh-is-in-here' },
      { kind: 'body', body: '{"access_token":7}' },
      { kind: 'drop answer' },
      { kind: 'status', status: 400, body: '{"error":"invalid_grant","error_description":"code-x"}' },
    ] as const) {
      for (const at of ['/oauth/token', '/api/v1/me', '/oauth/revoke']) {
        proxy.fail(at, fault);
        await run('auth', 'login', '--force');
      }
    }
    for (const argv of ['status', 'status --json', 'whoami', 'whoami --json'])
      await run('auth', ...argv.split(' '));
    server.options.deviceInterval = 0;
    const approving = setInterval(() => void server.decideDevice('approved'), 20);
    await run('auth', 'login', '--headless', '--force', '--json');
    clearInterval(approving);
    proxy.fail('/oauth/revoke', { kind: 'status', status: 500, body: '{}' });
    await run('auth', 'logout', '--json');
    expect(server.secrets.length).toBeGreaterThan(20);
    expect(leaks(world, runs)).toEqual([]);
    const [last] = server.secrets.slice(-1);
    expect(leaks(world, [{ ...(runs[0] as CliRun), stdout: `${last}` }])).toHaveLength(1);
  });

  test('X-01: files of a repository decide neither where somebody logs in nor what is started for it', async () => {
    const world = await authWorld();
    const evil = await authWorld();
    const lines = [
      `SPEC_KITTY_SAAS_URL=${evil.issuer}`,
      `HTTPS_PROXY=${evil.issuer}`,
      `HTTP_PROXY=${evil.issuer}`,
      'NODE_EXTRA_CA_CERTS=/tmp/evil.pem',
      'NODE_OPTIONS=--require=./evil.cjs',
      'BROWSER=./evil.sh',
      'SPEC_KITTY_HOME=/tmp/evil',
      'PATH=.',
    ];
    world.repository.write({
      '.kittify/.kitty.env': `${lines.join('\n')}\n`,
      '.env': `${lines.join('\n')}\n`,
      '.kittify/config.yaml': `sync:\n  server_url: ${evil.issuer}\nserver_url: ${evil.issuer}\n`,
      'config.toml': `[sync]\nserver_url = "${evil.issuer}"\n`,
      '.spec-kitty/config.toml': `[sync]\nserver_url = "${evil.issuer}"\n`,
      'evil.sh': '#!/bin/sh\ntouch canary\n',
      'evil.cjs': 'require("node:fs").writeFileSync("canary", "")',
      'xdg-open': '#!/bin/sh\ntouch canary\n',
    });
    expect((await world.run(['auth', 'login'], { SPEC_KITTY_SAAS_URL: '' })).stderr).toContain(
      '[SERVER_UNKNOWN]',
    );
    await world.logIn();
    await world.run(['auth', 'status']);
    await world.run(['auth', 'logout']);
    expect(evil.server.requests).toEqual([]);
    expect(readdirSync(world.repository.root)).not.toContain('canary');
  });

  test('X-01: the proxy is that of the environment, never that of a file of a repository, and its password is in no output', async () => {
    const world = await authWorld();
    const [ours, evil] = [new TunnelProxy({ status: 407 }), new TunnelProxy({ status: 502 })];
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await Promise.all([ours.close(), evil.close()]);
    });
    const elsewhere = await evil.listen();
    const lines = [`HTTPS_PROXY=${elsewhere}`, `https_proxy=${elsewhere}`, 'NO_PROXY=*'];
    world.repository.write({
      '.kittify/.kitty.env': `${lines.join('\n')}\n`,
      '.env': `${lines.join('\n')}\n`,
      '.npmrc': 'https-proxy=http://evil.example\n',
    });
    vi.stubEnv('HTTPS_PROXY', await ours.listen('ada:pass-canary@'));
    const argv = ['auth', 'login', '--headless', '--server', 'https://team.example'];
    for (const run of [await world.run(argv), await world.run([...argv, '--json'])]) {
      expect(run.exitCode).toBe(1);
      expect(`${run.stdout}${run.stderr}`).toContain('PROXY_REFUSED');
      expect(`${run.stdout}${run.stderr}`).toContain('NO_PROXY names servers that are reached without it');
      expect(`${run.stdout}${run.stderr}`).not.toMatch(/canary|YWRhOn/);
    }
    expect(ours.asked.map(({ place }) => place)).toEqual(['team.example:443', 'team.example:443']);
    expect(evil.asked).toEqual([]);
    // What is on this machine goes past it.
    await world.logIn();
    expect(ours.asked).toHaveLength(2);
    vi.stubEnv('HTTPS_PROXY', 'socks5://ada:pass-canary@proxy.example');
    const { stderr } = await world.run(argv);
    expect(stderr).toContain('[PROXY_UNUSABLE]');
    expect(stderr).not.toContain('canary');
  });

  test.each(['session.json', 'state.json', 'refresh.lock', '../server.json', '../key'])(
    'X-09: a link that somebody has put in the place of %s is not followed',
    async (name) => {
      const world = await authWorld();
      const victim = path.join(world.repository.base, 'victim');
      writeFileSync(victim, 'mine');
      mkdirSync(world.store.folder, { recursive: true, mode: 0o700 });
      symlinkSync(victim, path.join(world.store.folder, name));
      const { exitCode, stdout, stderr } = await world.run(['auth', 'login']);
      expect(readFileSync(victim, 'utf8')).toBe('mine');
      // Either it was put aside and the login holds, or nothing was stored and that is said.
      const stored = world.store.read().kind;
      expect([exitCode, stored === 'ok', stdout.includes('+ Authenticated')]).toEqual(
        exitCode === 0 ? [0, true, true] : [1, false, false],
      );
      if (exitCode !== 0) expect(stderr).toMatch(/^Error: .*\[[A-Z_]+\]$/m);
    },
  );

  test('X-09, S-04: a link in the place of a folder of logins gets nothing', async () => {
    const world = await authWorld();
    const victim = path.join(world.repository.base, 'victim');
    mkdirSync(victim, { mode: 0o700 });
    mkdirSync(world.root, { recursive: true, mode: 0o700 });
    symlinkSync(victim, world.store.folder);
    const { exitCode, stderr } = await world.run(['auth', 'login']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[SESSION_UNUSABLE]');
    expect(readdirSync(victim)).toEqual([]);
    expect(world.server.requests).toEqual([]);
  });

  const method = readOnlyMethod();
  test.skipIf(method === undefined)(
    `A-19: a login that cannot be ended here is not said to be${method ? '' : ' (skipped: a disk cannot be made read-only here)'}`,
    async () => {
      const world = await authWorld();
      await world.logIn();
      const undo = makeReadOnly(world.root, method);
      try {
        const { exitCode, stdout, stderr } = await world.run(['auth', 'logout']);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
        expect(stderr).toMatch(/^Error: The login could not be removed .*\[LOGOUT_INCOMPLETE\]\n/);
        expect(stderr).toContain(
          'Hint: The server has revoked it, so that its tokens are worth nothing any more.\n',
        );
        expect(stderr).toMatch(
          /Hint: Then run `spec-kitty auth logout --server \S+` again, or `rm -r .*`\.\n$/,
        );
        expect(world.store.read().kind).toBe('ok');
        expect(world.server.calls('/oauth/revoke')).toHaveLength(1);
      } finally {
        undo();
      }
      rmSync(world.root, { recursive: true });
    },
  );
});
