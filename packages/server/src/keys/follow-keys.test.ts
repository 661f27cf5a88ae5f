import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newAttempt, type TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { expect, onTestFinished, test } from 'vitest';
import { createServiceToken } from '../teams/service-token.ts';
import { type OpenWorld, onEmbedded } from '../testing/on-both.ts';
import { followKeys } from './follow-keys.ts';
import { requireKnownKeys } from './require-known-keys.ts';
import { rotateKeys } from './rotate-keys.ts';

const NOW = new Date().toISOString();

/** Two servers of one database that run, each with a data folder of its own. */
interface Pair {
  readonly a: TeamspaceWorld;
  readonly b: TeamspaceWorld;
  readonly files: { readonly a: string; readonly b: string };
  /** Makes a new key beside A, as `key rotate` does there. */
  readonly rotate: (endSessions: boolean) => Promise<string>;
  /** What the guide tells to do next. */
  readonly copy: () => void;
}

async function pair(open: OpenWorld): Promise<Pair> {
  const folder = mkdtempSync(path.join(tmpdir(), 'follow-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { a: path.join(folder, 'a.json'), b: path.join(folder, 'b.json') };
  const { database } = (await open()).teamspace;
  const running = async (file: string): Promise<TeamspaceWorld> => {
    const keyring = await requireKnownKeys(database, file, NOW);
    const log: TeamspaceWorld['log'] = [];
    const parts = {
      database,
      keyring,
      log: (_level: string, event: string, facts: object = {}) => void log.push([event, facts]),
    };
    const keys = followKeys(parts, file, () => NOW);
    onTestFinished(() => keys.stop());
    return Object.assign(await open({ ...parts, lookAtKeys: keys.look }), { log });
  };
  const a = await running(files.a);
  copyFileSync(files.a, files.b);
  const rotate = async (endSessions: boolean) =>
    (await rotateKeys(database, files.a, { nowIso: NOW, endSessions })).current;
  return { a, b: await running(files.b), files, rotate, copy: () => copyFileSync(files.a, files.b) };
}

const AWAY = { status: 503, body: { error: 'temporarily_unavailable' } };

onEmbedded((open) => {
  test('a rotation beside servers that run logs nobody out, and needs no restart', async () => {
    const { a, b, rotate, copy } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    const current = await rotate(false);
    await a.teamspace.lookAtKeys?.();
    const refreshed = (await a.refresh(tokens.refresh_token)).body;
    expect([refreshed.generation, a.teamspace.keyring.current.id]).toEqual([2, current]);

    // B has been told nothing yet: whatever it cannot judge, it puts off.
    expect(await b.get('/api/v1/me', refreshed.access_token)).toMatchObject(AWAY);
    expect(await b.refresh(refreshed.refresh_token)).toMatchObject(AWAY);
    expect(await b.post('/oauth/revoke', { token: refreshed.refresh_token })).toMatchObject(AWAY);
    expect(await b.get('/health/ready/')).toMatchObject(AWAY);
    expect((await b.send('/health/')).status).toBe(200);
    // What it knows goes on, and what is wrong by its form is told.
    expect((await b.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    expect((await b.post('/oauth/token', { grant_type: 'x' })).status).toBe(400);
    expect(b.log).toContainEqual(['keys_differ', expect.objectContaining({ code: 'KEYS_DIFFER' })]);
    expect(b.log.filter(([event]) => event === 'keys_differ')).toHaveLength(1);

    copy();
    expect((await b.get('/api/v1/me', refreshed.access_token)).status).toBe(200);
    expect((await b.refresh(refreshed.refresh_token)).body.generation).toBe(3);
    expect((await b.get('/health/ready/')).status).toBe(200);
    expect(b.log).toContainEqual(['keys_taken', { current, keys: 2 }]);
  });

  test('however many logouts wait for a key at once, they hold nobody up', async () => {
    const { a, b, rotate } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    await rotate(false);
    await a.teamspace.lookAtKeys?.();
    const { refresh_token: token } = (await a.refresh(tokens.refresh_token)).body;
    const began = performance.now();
    const all = Array.from({ length: 12 }, () => b.post('/oauth/revoke', { token }));
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(all.map(() => 503));
    // As many as there are connections would wait for one more, until they are told that there is none.
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('an answer that was lost over a rotation is repeated by any server', async () => {
    const { a, b, rotate, copy } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    const attempt = newAttempt();
    const lost = (await a.refresh(tokens.refresh_token, attempt)).body;
    await rotate(false);
    // A makes new tokens with the new key, and these are not new: B, which lacks it, has to know them.
    await a.teamspace.lookAtKeys?.();
    const repeated = (await a.refresh(tokens.refresh_token, attempt)).body;
    expect([repeated.generation, repeated.refresh_token]).toEqual([2, lost.refresh_token]);
    const next = newAttempt();
    const third = (await b.refresh(repeated.refresh_token, next)).body;
    expect(third.generation).toBe(3);
    copy();
    expect((await a.refresh(third.refresh_token, next)).body.generation).toBe(4);
  });

  test('an answer of a new key that was lost is no theft to a server without it', async () => {
    const { a, b, rotate, copy } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    await rotate(false);
    await a.teamspace.lookAtKeys?.();
    const attempt = newAttempt();
    expect((await a.refresh(tokens.refresh_token, attempt)).body.generation).toBe(2);
    await a.teamspace.database.system
      .updateTable('sessions')
      .set({ rotated_at: new Date(Date.now() - 3_600_000) })
      .execute();
    expect(await b.refresh(tokens.refresh_token, attempt)).toMatchObject(AWAY);
    copy();
    expect((await b.refresh(tokens.refresh_token, attempt)).body.generation).toBe(2);
  });

  test('what the new key has made for browsers and services is put off, not refused', async () => {
    const { a, b, rotate, copy } = await pair(open);
    const ada = await a.person('Ada');
    const team = await a.team('Red team', ada);
    const before = await a.signIn(ada);
    const form = (await before.open('/teams')).fields('/teams');
    await rotate(false);
    await a.teamspace.lookAtKeys?.();
    const browser = await a.signIn(ada);
    const service = await a.teamspace.database.whole((rows) =>
      createServiceToken(rows, a.teamspace.keyring, {
        teamId: team.id,
        name: 'ci',
        scopes: ['team.read'],
        days: 1,
        by: null,
      }),
    );
    const cookie = [...browser.cookies].map((one) => one.join('=')).join('; ');
    const asked = () => b.send('/account', { headers: { cookie, accept: 'text/html' } });
    expect([(await asked()).status, (await asked()).headers.get('retry-after')]).toEqual([503, '1']);
    expect(await b.get(`/api/v1/teams/${team.slug}`, service)).toMatchObject(AWAY);
    copy();
    expect((await asked()).status).toBe(200);
    expect((await b.get(`/api/v1/teams/${team.slug}`, service)).status).toBe(200);
    // A form that was open meanwhile is still ours.
    expect((await before.post('/teams', { ...form, name: 'Blue team' })).status).toBe(303);
  });

  test('--end-sessions is over at once on servers that run', async () => {
    const { a, b, rotate, copy } = await pair(open);
    const ada = await a.person('Ada');
    const team = await a.team('Red team', ada);
    const token = { teamId: team.id, name: 'ci', scopes: ['team.read'], days: 30, by: null } as const;
    const service = await a.teamspace.database.whole((rows) =>
      createServiceToken(rows, a.teamspace.keyring, token),
    );
    const current = await rotate(true);
    for (const world of [a, b])
      expect((await world.get(`/api/v1/teams/${team.slug}`, service)).status).not.toBe(200);
    const { revoked_at: revoked } = await a.teamspace.database.system
      .selectFrom('service_tokens')
      .select('revoked_at')
      .executeTakeFirstOrThrow();
    expect(revoked).not.toBeNull();
    // A login that B has begun with the old key in the moment before it has looked.
    expect(b.teamspace.keyring.has(current)).toBe(false);
    await a.teamspace.lookAtKeys?.();
    const tokens = await a.logIn(ada);
    expect((await a.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    // B has no key that is in use: it makes nothing and refuses nothing.
    expect(await b.get('/api/v1/me', tokens.access_token)).toMatchObject(AWAY);
    await expect(b.logIn(ada)).rejects.toMatchObject({ kind: 'busy', code: 'KEYS_AWAITED' });
    copy();
    expect((await b.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    expect((await b.logIn(ada)).generation).toBe(1);
  });

  test('a login that a server begins with a key that is out of use by then ends', async () => {
    const { a, rotate } = await pair(open);
    const ada = await a.person('Ada');
    await rotate(true);
    const tokens = await a.logIn(ada);
    await a.teamspace.lookAtKeys?.();
    const row = await a.teamspace.database.system
      .selectFrom('sessions')
      .select('end_reason')
      .where('id', '=', tokens.session_id)
      .executeTakeFirstOrThrow();
    expect(row.end_reason).toBe('key_revoked');
  });

  test('a file that becomes unreadable, or other keys, takes nothing away', async () => {
    const { a, files } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    const good = readFileSync(files.a, 'utf8');
    writeFileSync(files.a, '{}');
    await a.teamspace.lookAtKeys?.();
    expect((await a.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    expect((await a.get('/health/ready/')).status).toBe(200);
    expect(a.log).toContainEqual(['keys_differ', expect.objectContaining({ code: 'KEYS_UNREADABLE' })]);
    rmSync(files.a);
    await a.teamspace.lookAtKeys?.();
    expect((await a.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    writeFileSync(files.a, good);
    chmodSync(files.a, 0o600);
    await a.teamspace.lookAtKeys?.();
    expect((await a.get('/api/v1/me', tokens.access_token)).status).toBe(200);
  });

  test('what nobody has made is refused as ever, however often the keys have changed', async () => {
    const { a, rotate } = await pair(open);
    const tokens = await a.logIn(await a.person('Ada'));
    const end = tokens.refresh_token.endsWith('A') ? 'B' : 'A';
    const forged = tokens.refresh_token.slice(0, -1) + end;
    for (let times = 0; times < 2; times += 1) {
      expect(await a.refresh(forged)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect((await a.get('/api/v1/me', forged.replace('skr', 'ska'))).status).toBe(401);
      expect((await a.get('/api/v1/teams/red', `sks_${'a'.repeat(43)}`)).status).toBe(401);
      await rotate(false);
    }
  });
});
