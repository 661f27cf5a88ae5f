import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildContext } from '../../build-context.ts';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';
import { examineAuth } from './auth-doctor.ts';

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: the browser is stood in for by a script)';
const NO_PROC = process.platform === 'linux' ? '' : ' [skipped: Linux only]';

interface Report {
  readonly findings: readonly { readonly id: string }[];
  readonly session: unknown;
  readonly server_session?: { readonly active: boolean; readonly error: string | null };
}

async function loggedIn(): Promise<AuthWorld> {
  const world = await authWorld();
  await world.logIn();
  return world;
}

async function reportOf(world: AuthWorld, argv: readonly string[] = [], env = {}) {
  const { exitCode, stdout, stderr } = await world.run(['auth', 'doctor', '--json', ...argv], env);
  const report = JSON.parse(stdout) as Report;
  return { exitCode, stderr, report, ids: report.findings.map(({ id }) => id) };
}

describe.runIf(HAS_BROWSER)(`what is found${SKIPPED}`, () => {
  test('all in order: eight sections, no finding, exit code 0', async () => {
    const world = await loggedIn();
    const { exitCode, stdout, stderr } = await world.run(['auth', 'doctor']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const titles = stdout.split('\n').filter((line) => /^[A-Z]/.test(line));
    expect(titles).toEqual([
      'Identity',
      'Tokens',
      'Storage',
      'Refresh Lock',
      'Daemon',
      'Orphans',
      'Findings',
      'Hint: run with --server to ask the server whether the login holds.',
    ]);
    expect(stdout).toContain('  No problems detected.\n');
    expect(stdout).toContain('  User        Ada <ada@example.org>\n');
    expect(stdout).toContain(`  Server      ${world.issuer}\n`);
  });

  test('R-02: the report of a login says for how long it holds, and shows no token', async () => {
    const world = await loggedIn();
    const { report } = await reportOf(world);
    const stored = world.store.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    expect(report.session).toMatchObject({
      present: true,
      user_email: 'ada@example.org',
      session_id: stored.session.tokens.sessionId,
      storage_backend: 'file',
      in_memory_drift: false,
    });
    const { access, refresh } = stored.session.tokens;
    expect(JSON.stringify(report)).not.toContain(access.expose());
    expect(JSON.stringify(report)).not.toContain(refresh.expose());
  });

  test('R-09: F-001 says why a login is over, whoever ended it', async () => {
    const world = await loggedIn();
    await world.run(['auth', 'logout']);
    const { exitCode, stdout } = await world.run(['auth', 'doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\[critical\] F-001: No active session\n {4}Run: spec-kitty auth login — last login ended .*Z: logged out; log in\n/,
    );
    await world.logIn();
    await world.server.revokeAll();
    const later = new FileSessionStore(world.root, world.issuer, () => Date.now());
    const stored = later.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    later.end(stored.session, 'server_revoked');
    expect((await world.run(['auth', 'doctor'])).stdout).toContain('refresh token expired (server-revoked)');
  });

  test.each([
    [
      'F-008',
      'a changed byte',
      (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(/.{4}"}\s*$/, 'AAAA"}')),
    ],
    ['F-008', 'half a document', (file: string) => writeFileSync(file, '{')],
    ['F-009', 'a mode for everybody', (file: string) => chmodSync(file, 0o644)],
    ['F-009', 'a folder for everybody', (file: string) => chmodSync(path.dirname(file), 0o755)],
    ['F-010', 'no key', (file: string) => rmSync(path.join(path.dirname(file), '../key'))],
  ])('%s, by %s', async (id, _, damage) => {
    const world = await loggedIn();
    damage(path.join(world.store.folder, 'session.json'));
    const { exitCode, ids } = await reportOf(world);
    expect({ exitCode, ids }).toEqual({ exitCode: 1, ids: [id] });
    const status = await world.run(['auth', 'status']);
    expect(status.stdout).toContain('Run `spec-kitty auth doctor` to see what mends it.');
  });

  test('F-009: a folder of logins that others may look into is no folder without one', async () => {
    const world = await loggedIn();
    chmodSync(world.root, 0o755);
    const { ids } = await reportOf(world, [], { SPEC_KITTY_SAAS_URL: '' });
    expect(ids).toEqual(['F-009']);
  });

  test('F-011, F-012, F-018: what was begun, where it is said to be, and what a repository wants', async () => {
    const world = await loggedIn();
    const stored = world.store.read();
    if (stored.kind !== 'ok') throw new Error('not logged in');
    world.store.note(stored.session, stored.epoch, 'attempt');
    mkdirSync(path.join(world.repository.root, '.kittify'), { recursive: true });
    writeFileSync(
      path.join(world.repository.root, '.kittify/.kitty.env'),
      'SPEC_KITTY_SAAS_URL=http://evil.example\n',
    );
    const env = { SPEC_KITTY_SAAS_URL: 'https://other.example' };
    const { exitCode, ids } = await reportOf(world, [], env);
    expect({ exitCode, ids }).toEqual({ exitCode: 0, ids: ['F-011', 'F-012', 'F-018'] });
  });
});

describe('R-03, R-07: the refresh lock', () => {
  /** A lock of somebody on another machine, who signed it so long ago. */
  async function lockedFor(seconds: number): Promise<AuthWorld> {
    const world = await loggedIn();
    const since = new Date(Date.now() - seconds * 1000).toISOString();
    const record = {
      pid: 7,
      host: 'elsewhere',
      since,
      purpose: 'refresh the session',
      token: '1'.repeat(16),
    };
    writeFileSync(path.join(world.store.folder, 'refresh.link'), JSON.stringify(record), { mode: 0o600 });
    return world;
  }

  test.runIf(HAS_BROWSER)('L-16: a stuck one is critical until --unstick-lock has released it', async () => {
    const world = await lockedFor(120);
    expect(await reportOf(world)).toMatchObject({ exitCode: 1, ids: ['F-003', 'F-007'] });
    const { exitCode, stdout } = await world.run(['auth', 'doctor', '--unstick-lock']);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('--unstick-lock: stuck lock released.');
    expect(stdout).toContain('No problems detected.');
    expect(readdirSync(world.store.folder)).not.toContain('refresh.link');
  });

  test.runIf(HAS_BROWSER)('one that is fresh is left alone', async () => {
    const world = await lockedFor(30);
    const { exitCode, stdout } = await world.run(['auth', 'doctor', '--unstick-lock']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--unstick-lock: lock not stuck; no-op.');
    expect(readdirSync(world.store.folder)).toContain('refresh.link');
    const report = await reportOf(world, ['--unstick-lock', '--stuck-threshold', '20']);
    expect(report.report).toMatchObject({ lock_result: 'released', findings: [] });
  });

  test.runIf(HAS_BROWSER)('one whose holder runs is kept, whatever is asked for', async () => {
    const world = await loggedIn();
    const started = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const keeper = path.join(world.store.folder, 'refresh.link');
    const { holderRecord } = await import('@spec-kitty/local/lock/process-identity');
    const record = {
      ...holderRecord('refresh the session'),
      since: new Date(started).toISOString(),
      upSince: String(uptime() - 10),
      token: '2'.repeat(16),
    };
    writeFileSync(keeper, JSON.stringify(record), { mode: 0o600 });
    const { exitCode, stdout } = await world.run([
      'auth',
      'doctor',
      '--unstick-lock',
      '--stuck-threshold',
      '0.05',
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('--unstick-lock: lock not removed; a living process holds it.');
    expect(stdout).toContain(
      `Run: kill ${process.pid} — process ${process.pid} on ${hostname()} still holds it`,
    );
    expect(readFileSync(keeper, 'utf8')).toBe(JSON.stringify(record));
  });
});

test.skipIf(NO_PROC !== '')(
  `R-07: with a daemon left over, --reset ends nothing, says so and exits 1${NO_PROC}`,
  async () => {
    const world = await authWorld();
    const code = `
    const server = require('node:http').createServer((request, response) =>
      response.end('{"protocol_version":1,"package_version":"3.1.0","token":"token-canary"}'));
    server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;
    const child = spawn(process.execPath, ['-e', code, '--', '-c', 'run_sync_daemon(9400)'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = await once(child.stdout, 'data');
    const port = Number(String(said));
    const flags = { reset: true, force: true, unstickLock: false, stuckThreshold: 60, server: false };
    const told = { stdout: '', stderr: '' };
    const context = buildContext({
      cwd: world.repository.root,
      env: world.env,
      interactive: false,
      stdout: (text) => void (told.stdout += text),
      stderr: (text) => void (told.stderr += text),
    });
    await examineAuth.call(context, { ...flags, json: false }, { from: port, before: port + 1 });
    expect(context.exit.code).toBe(1);
    expect(told.stdout).toMatch(/\n {2}PID +Port +Package version +Class +Reason\n/);
    expect(told.stdout).toMatch(
      new RegExp(`  ${child.pid} +${port} +3\\.1\\.0 +operator_required +pre_marker\n`),
    );
    expect(told.stdout).toContain(`[warn] F-002: 1 orphan daemon(s) detected on port(s) ${port}\n`);
    expect(told.stdout).toMatch(
      /--reset: 0 orphan\(s\) swept, 1 skipped, 0 failed\.\n--reset: this version cannot end daemons yet; nothing was changed\.\n--reset: the login is left as it is; `spec-kitty auth logout` ends it, [^\n]*\n$/,
    );
    expect(told.stdout).not.toContain('canary');
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  },
);

describe.runIf(HAS_BROWSER)(`R-10: --server${SKIPPED}`, () => {
  const PATH = '/api/v1/session-status';

  test('by default nobody is asked', async () => {
    const world = await loggedIn();
    const before = world.proxy.paths.length;
    const { report } = await reportOf(world);
    expect(world.proxy.paths).toHaveLength(before);
    expect(report.server_session).toBeUndefined();
  });

  test('a login that holds', async () => {
    const world = await loggedIn();
    const { exitCode, stdout } = await world.run(['auth', 'doctor', '--server']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nServer Session\n {2}active\n {2}Session ID {2}[\w-]+\n$/);
    expect(stdout).not.toContain('Hint: run with --server');
    expect(world.server.calls(PATH)).toHaveLength(1);
  });

  test('one whose access token ended before its time is refreshed, and one that is over ends here', async () => {
    const world = await loggedIn();
    await world.server.refuseAccess();
    const { stdout } = await world.run(['auth', 'doctor', '--server']);
    expect(stdout).toMatch(/\nServer Session\n {2}active\n/);
    await world.server.refuseAccess();
    await world.server.revokeAll();
    const over = await world.run(['auth', 'doctor', '--server']);
    expect(over.exitCode).toBe(1);
    expect(over.stdout).toContain('F-001');
    expect(world.store.read()).toMatchObject({ kind: 'ended', reason: 'server_revoked' });
  });

  test('one that the server has revoked: what to do, and never why', async () => {
    const world = await loggedIn();
    const body = '{"reason":"family-canary","generation":7}';
    world.proxy.fail(PATH, { kind: 'status', status: 401, body }, 2);
    const { exitCode, stdout } = await world.run(['auth', 'doctor', '--server']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('[critical] F-023: The server does not accept the login\n');
    expect(stdout).toMatch(/\nServer Session\n {2}invalid\n {2}Run: spec-kitty auth login --force\n$/);
    expect(stdout).not.toMatch(/canary|generation/);
  });

  test.each([
    [{ kind: 'status', status: 503, body: 'sorry-canary' }, 'Server returned HTTP 503'],
    [
      { kind: 'status', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } },
      'Server returned HTTP 302',
    ],
    [{ kind: 'drop answer' }, 'Network error: dropped'],
    [{ kind: 'status', status: 429, body: '' }, 'Server returned HTTP 429'],
    [{ kind: 'body', body: '<html>canary' }, 'The server’s answer is not one of its protocol.'],
    [{ kind: 'body', body: '{}' }, 'The server’s answer is not one of its protocol.'],
  ] as const)('F-023: %o', async (fault, error) => {
    const world = await loggedIn();
    world.proxy.fail(PATH, fault);
    const { exitCode, report } = await reportOf(world, ['--server']);
    expect(exitCode).toBe(0);
    const next_action = expect.stringMatching(/retry\.$|Retry later/);
    expect(report.server_session).toEqual({ active: false, session_id: null, error, next_action });
    expect(report.findings).toMatchObject([
      { id: 'F-023', severity: 'warn', remediation: { description: next_action } },
    ]);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  /** Somebody whose clock can be set. */
  async function clocked(aheadMs: number) {
    const clock = new SystemClock();
    const set = { aheadMs };
    const world = await authWorld({ nowMicros: () => clock.nowMicros() + set.aheadMs * 1000 });
    await world.logIn();
    return { world, set };
  }

  test('F-014: a login that was refreshed with a clock that was ahead is refreshed again', async () => {
    const { world, set } = await clocked(86_400_000);
    set.aheadMs = 0;
    expect((await reportOf(world)).ids).toEqual(['F-014']);
    expect(await reportOf(world, ['--server'])).toMatchObject({ exitCode: 0, ids: [] });
    expect(await reportOf(world)).toMatchObject({ exitCode: 0, ids: [] });
  });

  test.each([true, false])(
    'F-011: an answer that was lost, from a server that knows the attempt again (%s)',
    async (isKnown) => {
      const { world, set } = await clocked(0);
      world.server.options.repeatsAttempts = isKnown;
      set.aheadMs = 3_600_000;
      world.proxy.fail('/oauth/token', { kind: 'drop answer' });
      expect((await reportOf(world, ['--server'])).ids).toEqual(['F-011', 'F-023']);
      const again = await reportOf(world, ['--server']);
      if (isKnown) return expect(again).toMatchObject({ exitCode: 0, ids: [] });
      const command = 'spec-kitty auth login --force';
      expect(again).toMatchObject({
        exitCode: 1,
        report: { findings: [{ id: 'F-011', severity: 'critical', remediation: { command } }] },
      });
      expect(again.report.server_session?.error).toContain('was lost');
      expect((await world.run(['auth', 'login', '--force'])).exitCode).toBe(0);
      expect(await reportOf(world)).toMatchObject({ exitCode: 0, ids: [] });
    },
  );

  test('no login, with and without a server', async () => {
    const world = await authWorld();
    const named = await reportOf(world, ['--server']);
    expect(named.report.server_session?.error).toBe('re-authenticate');
    const unnamed = await reportOf(world, ['--server'], { SPEC_KITTY_SAAS_URL: '' });
    expect(unnamed.report.server_session?.error).toBe('SaaS URL not configured');
  });

  test('a refresh that is rejected on the way ends the login, and the report says so', async () => {
    const { world, set } = await clocked(0);
    await world.server.revokeAll();
    set.aheadMs = 3_600_000;
    const { exitCode, ids, report } = await reportOf(world, ['--server']);
    expect({ exitCode, ids }).toEqual({ exitCode: 1, ids: ['F-001'] });
    expect(report.server_session?.error).toBe('re-authenticate');
  });
});

test('R-02, R-03: where the doctor itself fails, --json prints one document and the exit code is 2', async () => {
  const world = await authWorld();
  const env = { SPEC_KITTY_HOME: 'not/absolute' };
  const told = await world.run(['auth', 'doctor'], env);
  expect(told).toMatchObject({ exitCode: 2, stdout: '' });
  expect(told.stderr).toContain('[SPEC_KITTY_HOME_RELATIVE]');
  const { exitCode, stdout, stderr } = await world.run(['auth', 'doctor', '--json'], env);
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 2,
    stderr: '',
    document: {
      schema_version: 2,
      error: {
        code: 'SPEC_KITTY_HOME_RELATIVE',
        message: 'SPEC_KITTY_HOME must be an absolute path: not/absolute',
      },
    },
  });
});

test.each(['--stuck-threshold=x', '--nonsense'])(
  'R-02: a command line that is wrong (%s) is told in the same form',
  async (flag) => {
    const world = await authWorld();
    const { exitCode, stdout, stderr } = await world.run(['auth', 'doctor', '--json', flag]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      schema_version: 2,
      error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) },
    });
  },
);

test.each(['-1', '0', 'NaN', '1e400', 'x'])(
  'R-11: --stuck-threshold %s is refused by name',
  async (value) => {
    const world = await authWorld();
    const { exitCode, stderr } = await world.run(['auth', 'doctor', `--stuck-threshold=${value}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`"${value}" is no value for --stuck-threshold, which takes seconds above 0`);
  },
);
