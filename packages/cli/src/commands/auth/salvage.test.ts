import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: the browser is stood in for by a script)';

/** Somebody who is logged in, and the refresh token that the server honours. */
async function loggedIn(): Promise<{ readonly world: AuthWorld; readonly token: string }> {
  const world = await authWorld();
  await world.logIn();
  return { world, token: tokenOf(world) };
}

function tokenOf({ store }: AuthWorld): string {
  const stored = store.read();
  if (stored.kind !== 'ok') throw new Error(stored.kind);
  return stored.session.tokens.refresh.expose();
}

function rewrite(file: string, change: (document: Record<string, unknown>) => object): void {
  writeFileSync(
    file,
    JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)),
  );
}

/** What keeps a session from being used, while its token is still good. */
const DAMAGES: Readonly<Record<string, (world: AuthWorld) => void>> = {
  'a session that others may read': ({ store }) => chmodSync(path.join(store.folder, 'session.json'), 0o644),
  'a folder that others may look into': ({ store }) => chmodSync(store.folder, 0o755),
  'a key that others may read': ({ root }) => chmodSync(path.join(root, 'key'), 0o644),
  'a session by a link': ({ store, repository }) => {
    const elsewhere = path.join(repository.base, 'elsewhere');
    renameSync(path.join(store.folder, 'session.json'), elsewhere);
    symlinkSync(elsewhere, path.join(store.folder, 'session.json'));
  },
  'a session of two names': ({ store, repository }) =>
    linkSync(path.join(store.folder, 'session.json'), path.join(repository.base, 'second')),
  'a state that is cut off': ({ store }) => writeFileSync(path.join(store.folder, 'state.json'), '{"sche'),
  'a state that others may read': ({ store }) => chmodSync(path.join(store.folder, 'state.json'), 0o644),
  'a state of a later epoch': ({ store }) =>
    rewrite(path.join(store.folder, 'state.json'), (state) => ({ ...state, epoch: 99 })),
  'a state without an end to its counting': ({ store }) =>
    rewrite(path.join(store.folder, 'state.json'), (state) => ({ ...state, epoch: 1e300 })),
  'a key that was put aside': ({ root }) =>
    renameSync(path.join(root, 'key'), path.join(root, 'key.corrupt-20260105T120000Z')),
  'a session that was put aside': ({ store }) => {
    const file = path.join(store.folder, 'session.json');
    renameSync(file, `${file}.corrupt-20260105T120000Z`);
  },
  'a draft that nobody has put in its place': ({ store }) => {
    const file = path.join(store.folder, 'session.json');
    copyFileSync(file, path.join(store.folder, '.session.json.7-1.tmp'));
    rmSync(file);
  },
};

describe.runIf(HAS_BROWSER)(`a session that cannot be used is revoked all the same${SKIPPED}`, () => {
  test.each(Object.keys(DAMAGES))('F-009: %s: by a logout, which leaves nothing of it', async (name) => {
    const { world, token } = await loggedIn();
    DAMAGES[name]?.(world);
    const { exitCode, stdout, stderr } = await world.run(['auth', 'logout']);
    expect({ exitCode, stderr, told: stdout.split('\n').at(0) }).toEqual({
      exitCode: 0,
      stderr: '',
      told: '✓ Server revocation confirmed.',
    });
    expect(stdout).toContain('+ Logged out.\n');
    expect(await world.server.honours(token)).toBe(false);
    expect(readdirSync(world.store.folder).filter((file) => file.includes('session.json'))).toEqual([]);
    // What a link leads to is not ours to remove.
    if (name === 'a session by a link')
      expect(existsSync(path.join(world.repository.base, 'elsewhere'))).toBe(true);
    expect((await world.run(['auth', 'logout'])).stdout).toBe('i Not logged in.\n');
    expect((await world.run(['auth', 'status'])).stdout).toMatch(/^X Not authenticated/);
  });

  test.each(Object.keys(DAMAGES))('F-009: %s: by a login, and only then', async (name) => {
    const { world, token } = await loggedIn();
    DAMAGES[name]?.(world);
    for (const argv of [['status'], ['whoami'], ['doctor'], ['doctor', '--server']])
      await world.run(['auth', ...argv]);
    expect(await world.server.honours(token)).toBe(true);
    await world.logIn();
    expect(await world.server.honours(token)).toBe(false);
    expect(await world.server.honours(tokenOf(world))).toBe(true);
    expect(readdirSync(world.store.folder).filter((file) => file.includes('session.json'))).toEqual([
      'session.json',
    ]);
  });

  test('what no key opens is kept aside, and asks no server', async () => {
    const { world, token } = await loggedIn();
    rmSync(path.join(world.root, 'key'));
    const { stdout } = await world.run(['auth', 'logout']);
    expect(stdout).toMatch(
      /^! Server revocation could not be attempted \(no refresh token\)\.\n.*kept aside: /,
    );
    expect(world.server.calls('/oauth/revoke')).toEqual([]);
    expect(await world.server.honours(token)).toBe(true);
  });
});

describe.runIf(HAS_BROWSER)(`a store of a later version${SKIPPED}`, () => {
  test('a session stays where no version is known that reads it, whatever login is asked for; a logout puts it aside', async () => {
    const { world } = await loggedIn();
    const file = path.join(world.store.folder, 'session.json');
    rewrite(file, (session) => ({ ...session, schema_version: 99 }));
    const before = readFileSync(file, 'utf8');
    for (const argv of [['login'], ['login', '--force'], ['doctor', '--server']]) {
      const { exitCode, stdout, stderr } = await world.run(['auth', ...argv]);
      expect([exitCode, stdout + stderr]).toEqual([
        1,
        expect.stringMatching(/version 99[^]*Upgrade spec-kitty/),
      ]);
      expect(stdout + stderr).not.toMatch(/auth login/);
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await world.run(['auth', 'logout'])).stdout).toContain('kept aside');
  });

  test('is neither used nor written, and who meets it is told to upgrade', async () => {
    const { world, token } = await loggedIn();
    const file = path.join(world.store.folder, 'state.json');
    rewrite(file, (state) => ({ ...state, schema_version: 2 }));
    const before = readFileSync(file, 'utf8');
    expect((await world.run(['auth', 'status'])).stdout).toMatch(/of version 2, .*\n[^]*Upgrade spec-kitty/);
    const doctor = await world.run(['auth', 'doctor']);
    expect(doctor.exitCode).toBe(1);
    expect(doctor.stdout).toMatch(/F-008: .*version 2.*\n.*Upgrade spec-kitty/);
    const login = await world.run(['auth', 'login', '--force']);
    expect([login.exitCode, login.stderr]).toEqual([
      1,
      expect.stringMatching(/SESSION_UNUSABLE[^]*Upgrade spec-kitty/),
    ]);
    expect(await world.server.honours(token)).toBe(true);
    const logout = await world.run(['auth', 'logout']);
    expect([logout.exitCode, logout.stderr]).toEqual([
      1,
      expect.stringMatching(/\[LOGOUT_INCOMPLETE\][^]*has revoked it[^]*Upgrade spec-kitty/),
    ]);
    expect(await world.server.honours(token)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
