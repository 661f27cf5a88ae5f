import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { expect, onTestFinished, test } from 'vitest';
import { createServiceToken } from '../teams/service-token.ts';
import { type OpenWorld, onEmbedded } from '../testing/on-both.ts';
import { openKeyFile, saveKeys } from './key-file.ts';
import { Keyring, newKey } from './keyring.ts';
import { requireKnownKeys } from './require-known-keys.ts';
import { rotateKeys } from './rotate-keys.ts';

const NOW = new Date().toISOString();
const LONG_AGO = '2020-01-01T00:00:00.000Z';

interface Server {
  readonly world: TeamspaceWorld;
  readonly file: string;
}

/** A server whose key is years old, with its file. */
async function server(open: OpenWorld): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rotate-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'keys.json');
  const keyring = new Keyring([newKey(LONG_AGO)]);
  saveKeys(file, keyring.keys);
  const world = await open({ keyring });
  await requireKnownKeys(world.teamspace.database, file, NOW);
  return { world, file };
}

/** The same server after it has read its file again. */
async function startedAgain(open: OpenWorld, { world, file }: Server): Promise<TeamspaceWorld> {
  const { database } = world.teamspace;
  return open({ database, keyring: await requireKnownKeys(database, file, NOW) });
}

async function serviceToken({ world }: Server, teamId: string): Promise<string> {
  const { database, keyring } = world.teamspace;
  const token = { teamId, name: 'ci', scopes: ['team.read'], days: 30, by: null } as const;
  return database.whole((rows) => createServiceToken(rows, keyring, token));
}

onEmbedded((open) => {
  test('logins and service tokens go on over a rotation and a restart', async () => {
    const before = await server(open);
    const { world, file } = before;
    const ada = await world.person('Ada');
    const team = await world.team('Red team', ada);
    const service = await serviceToken(before, team.id);
    const tokens = await world.logIn(ada);
    const [old] = openKeyFile(file, NOW).keys;
    const { current, retired } = await rotateKeys(world.teamspace.database, file, {
      nowIso: NOW,
      endSessions: false,
    });
    expect(retired).toEqual([]);
    // One that has not been started again goes on, too.
    expect((await world.get('/api/v1/me', tokens.access_token)).status).toBe(200);

    const after = await startedAgain(open, before);
    expect(after.teamspace.keyring.keys.map(({ id }) => id)).toEqual([current, old.id]);
    expect((await after.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    expect((await after.get(`/api/v1/teams/${team.slug}`, service)).status).toBe(200);
    const refreshed = await after.refresh(tokens.refresh_token);
    expect(refreshed.body.generation).toBe(2);
    // What the new key has made is not known by the old one.
    expect((await world.get('/api/v1/me', refreshed.body.access_token)).status).toBe(401);
  });

  test('a service token of an old key stays good, though no login is on it any more', async () => {
    const before = await server(open);
    const { database } = before.world.teamspace;
    const ada = await before.world.person('Ada');
    const team = await before.world.team('Red team', ada);
    const service = await serviceToken(before, team.id);
    expect((await rotateKeys(database, before.file, { nowIso: NOW, endSessions: false })).retired).toEqual(
      [],
    );
    const after = await startedAgain(open, before);
    expect((await after.get(`/api/v1/teams/${team.slug}`, service)).status).toBe(200);
  });

  test('a key goes when nothing of its time can be good any more', async () => {
    const before = await server(open);
    const { database } = before.world.teamspace;
    const [oldest] = openKeyFile(before.file, NOW).keys;
    await rotateKeys(database, before.file, { nowIso: '2021-01-01T00:00:00.000Z', endSessions: false });
    const { retired } = await rotateKeys(database, before.file, { nowIso: NOW, endSessions: false });
    expect(retired).toEqual([oldest.id]);
    expect((await startedAgain(open, before)).teamspace.keyring.keys).toHaveLength(2);
  });

  test('--end-sessions takes everything out of use that an older key has made', async () => {
    const before = await server(open);
    const { world, file } = before;
    const ada = await world.person('Ada');
    const team = await world.team('Red team', ada);
    const service = await serviceToken(before, team.id);
    const tokens = await world.logIn(ada);
    const browser = await world.signIn(ada);
    const old = openKeyFile(file, NOW).keys;
    const done = await rotateKeys(world.teamspace.database, file, { nowIso: NOW, endSessions: true });
    expect(done).toMatchObject({ retired: [old[0].id], sessionsEnded: 1 });
    // A server that still has the old key lets no login go on.
    expect((await world.get('/api/v1/me', tokens.access_token)).status).toBe(401);
    expect((await world.refresh(tokens.refresh_token)).body.error).toBe('session_invalid');
    expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);

    // As a rotation leaves it that was killed behind its rows.
    saveKeys(file, [...openKeyFile(file, NOW).keys, ...old]);
    const after = await startedAgain(open, before);
    expect(after.teamspace.keyring.keys.map(({ id }) => id)).toEqual([done.current]);
    expect((await after.get(`/api/v1/teams/${team.slug}`, service)).status).toBe(401);
    expect((await after.get('/api/v1/me', (await after.logIn(ada)).access_token)).status).toBe(200);
  });

  test('two rotations at once leave both keys, and a server that starts', async () => {
    const before = await server(open);
    const { database } = before.world.teamspace;
    const rotations = [1, 2].map(() =>
      rotateKeys(database, before.file, { nowIso: NOW, endSessions: false }),
    );
    const made = (await Promise.all(rotations)).map(({ current }) => current);
    const { keys } = (await startedAgain(open, before)).teamspace.keyring;
    expect(keys.map(({ id }) => id)).toEqual(expect.arrayContaining(made));
  });

  test('a rotation that does not come to its end leaves every key', async () => {
    const before = await server(open);
    const { database } = before.world.teamspace;
    const old = openKeyFile(before.file, NOW).keys;
    await database.system.schema.alterTable('audit_log').renameTo('away').execute();
    await expect(rotateKeys(database, before.file, { nowIso: NOW, endSessions: true })).rejects.toThrow(
      'audit_log',
    );
    expect((await startedAgain(open, before)).teamspace.keyring.keys).toEqual(old);
  });

  test('keys of another server are refused, and nothing is changed', async () => {
    const { world, file } = await server(open);
    const others = path.join(path.dirname(file), 'others.json');
    const other = openKeyFile(others, NOW);
    await expect(
      rotateKeys(world.teamspace.database, others, { nowIso: NOW, endSessions: true }),
    ).rejects.toMatchObject({
      code: 'KEYS_DIFFER',
    });
    expect(openKeyFile(others, NOW).keys).toEqual(other.keys);
    // The same name, and another secret.
    const [mine] = openKeyFile(file, NOW).keys;
    saveKeys(others, [{ ...newKey(NOW), id: mine.id }]);
    // And no file at all: a new one would be of no use.
    for (const foreign of [others, path.join(path.dirname(file), 'missing.json')])
      await expect(requireKnownKeys(world.teamspace.database, foreign, NOW)).rejects.toMatchObject({
        code: 'KEYS_DIFFER',
      });
    expect(readdirSync(path.dirname(file)).toSorted()).toEqual(['keys.json', 'others.json']);
  });
});
