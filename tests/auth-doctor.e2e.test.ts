import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { issuerKey } from '@spec-kitty/local/session/session-root';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, onTestFinished, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
/** A user who owns nothing. */
const NOBODY = 65_534;

/** Everything below a folder by name, kind, mode, owner, time and contents. */
function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = path.join(folder, name);
    const { mode, uid, mtimeMs, ino } = lstatSync(file);
    hash.update(JSON.stringify([name, mode, uid, mtimeMs, ino]));
    if (lstatSync(file).isSymbolicLink()) hash.update(readlinkSync(file));
    else if (lstatSync(file).isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function doctor(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  {
    argv = [],
    uid,
    command = 'doctor',
  }: { readonly argv?: readonly string[]; readonly uid?: number; readonly command?: string } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const user = uid === undefined ? {} : { uid, gid: uid };
    const child = spawn(process.execPath, [PROGRAM, 'auth', command, ...argv], { cwd, env, ...user });
    const told = { stdout: '', stderr: '' };
    child.stdout.on('data', (part) => (told.stdout += String(part)));
    child.stderr.on('data', (part) => (told.stderr += String(part)));
    child.on('error', (error) => resolve({ code: null, stdout: '', stderr: String(error) }));
    child.on('close', (code) => resolve({ code, ...told }));
  });
}

/** A login folder as a login leaves it, with something in it that is no login. */
function aHome(base: string): string {
  const home = path.join(base, 'home');
  const folder = path.join(home, '.spec-kitty/auth/0123456789abcdef');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, 'refresh.lock'), '', { mode: 0o600 });
  return home;
}

test('R-04, U-14: a look changes nothing, in the home of a person or in a repository', async () => {
  const { base, root, env } = tempRepository();
  const home = aHome(base);
  mkdirSync(path.join(root, '.kittify'), { recursive: true });
  writeFileSync(path.join(root, '.kittify/.kitty.env'), 'BROWSER=./steal\nSPEC_KITTY_HOME=/tmp/x\n');
  const before = hashOf(base);
  for (const argv of [[], ['--json'], ['--unstick-lock', '--reset']]) {
    const { code, stdout, stderr } = await doctor(root, { ...env, HOME: home }, { argv });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('F-018');
  }
  expect(hashOf(base)).toBe(before);
  // Such a change would be seen.
  writeFileSync(path.join(home, '.spec-kitty/auth/new'), '');
  expect(hashOf(base)).not.toBe(before);
});

test('R-05, O-08: with fifty listeners that never answer it is there in time, with the rest of what it has to say', async () => {
  const { base, root, env } = tempRepository();
  const servers = Array.from({ length: 50 }, () => createServer(() => undefined));
  onTestFinished(() => servers.forEach((server) => void server.close()));
  await Promise.all(
    servers.map(
      (server, at) =>
        new Promise<void>((resolve) => {
          // A port that is taken has a listener already.
          server.once('error', () => resolve()).listen(9400 + at, '127.0.0.1', resolve);
        }),
    ),
  );
  const begunMs = performance.now();
  const { code, stdout } = await doctor(root, { ...env, HOME: path.join(base, 'fresh') });
  expect(performance.now() - begunMs).toBeLessThan(3000);
  expect(code).toBe(1);
  expect(stdout).toContain('F-001: No active session');
});

test('R-06: it works outside a repository, and in one that is broken', async () => {
  const { base, root, env } = tempRepository();
  const home = aHome(base);
  writeFileSync(path.join(home, '.spec-kitty/config.toml'), '[sync\n', { mode: 0o000 });
  const outside = await doctor(base, { ...env, HOME: home });
  expect(outside).toMatchObject({ code: 1, stderr: '' });
  expect(outside.stdout).toContain('F-001');
  writeFileSync(path.join(root, '.git/HEAD'), 'nonsense');
  mkdirSync(path.join(root, '.kittify'), { recursive: true });
  writeFileSync(path.join(root, '.kittify/config.yaml'), 'workspace: [\n');
  expect(await doctor(root, { ...env, HOME: home })).toEqual(outside);
});

test.skipIf(process.platform === 'win32')(
  'R-06: in a home that may not be written it says so (skipped on Windows: no modes)',
  async (context) => {
    const { base, env } = tempRepository();
    const home = path.join(base, 'bare');
    mkdirSync(home);
    const uid = process.getuid?.() === 0 ? NOBODY : undefined;
    if (uid !== undefined) {
      chownSync(home, uid, uid);
      chmodSync(base, 0o755);
    }
    chmodSync(home, 0o555);
    onTestFinished(() => chmodSync(home, 0o755));
    const options = uid === undefined ? {} : { uid };
    const { code, stdout, stderr } = await doctor(home, { ...env, HOME: home }, options);
    if (code === null || /EACCES|Cannot find module/.test(stderr))
      return context.skip(`another user may not run the program here: ${stderr}`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`F-017: Logins cannot be written: ${home}\n`);
    expect(readdirSync(home)).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'F-008, F-009: a folder that its own user may not look into, and a lock, are told with the command that helps (skipped on Windows: no modes)',
  async (context) => {
    const { base, env: own } = tempRepository();
    const home = path.join(base, 'home');
    const auth = path.join(home, '.spec-kitty/auth');
    const issuer = 'http://127.0.0.1:1';
    const folder = path.join(auth, issuerKey(issuer));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(auth, 'server.json'), JSON.stringify({ issuer }), { mode: 0o600 });
    const lock = path.join(folder, 'refresh.lock');
    writeFileSync(lock, '', { mode: 0o600 });
    const uid = process.getuid?.() === 0 ? NOBODY : undefined;
    if (uid !== undefined) {
      chmodSync(base, 0o755);
      for (const at of [home, path.dirname(auth), auth, path.join(auth, 'server.json'), folder, lock])
        chownSync(at, uid, uid);
    }
    const run = (command: string, argv: readonly string[]) =>
      doctor(home, { ...own, HOME: home }, { command, argv, ...(uid === undefined ? {} : { uid }) });
    for (const [closed, mode, id, advice] of [
      [auth, 0o700, 'F-008', 'chmod 700'],
      [folder, 0o700, 'F-008', 'chmod 700'],
      [lock, 0o600, 'F-009', 'chmod 600'],
    ] as const) {
      chmodSync(closed, 0);
      const { code, stdout, stderr } = await run('doctor', ['--json']);
      const login = await run('login', closed === auth ? [] : ['--server', issuer]);
      chmodSync(closed, mode);
      if (code === null || /Cannot find module/.test(stderr))
        return context.skip(`another user may not run the program here: ${stderr}`);
      const { findings } = JSON.parse(stdout) as { findings: { id: string; remediation: object }[] };
      expect([code, findings.filter((one) => one.id !== 'F-001')]).toEqual([
        1,
        [
          expect.objectContaining({
            id,
            remediation: expect.objectContaining({ command: `${advice} ${closed}` }),
          }),
        ],
      ]);
      // Before a browser opens.
      expect(login).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`may not be read: ${closed} [`),
      });
      expect(login.stderr).not.toContain('Log in with a browser');
    }
  },
);
