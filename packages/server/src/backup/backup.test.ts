import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { makeLink } from '../accounts/one-time-link.ts';
import { KEPT_TABLES } from '../database/tables.ts';
import { openKeyFile, saveKeys } from '../keys/key-file.ts';
import { requireKnownKeys } from '../keys/require-known-keys.ts';
import { createServiceToken } from '../teams/service-token.ts';
import { invite } from '../teams/invite.ts';
import { type OpenWorld, onEmbedded } from '../testing/on-both.ts';
import { lineDigest } from './backup-file.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

const NOW = '2026-01-01T00:00:00.000Z';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Saved {
  readonly world: TeamspaceWorld;
  readonly folder: string;
  readonly file: string;
  readonly keys: string;
}

/** A server that somebody uses, and its backup. */
async function saved(open: OpenWorld): Promise<Saved> {
  const world = await open();
  await world.logIn(await world.person('Ada'));
  const folder = emptyFolder();
  const [file, keys] = [path.join(folder, 'backup'), path.join(folder, 'keys.json')];
  saveKeys(keys, world.teamspace.keyring.keys);
  await requireKnownKeys(world.teamspace.database, keys, NOW);
  await writeBackup(world.teamspace.database, file, keys, NOW);
  return { world, folder, file, keys };
}

/** A database as PostgreSQL makes one. */
async function emptyDatabase(open: OpenWorld): Promise<TeamspaceWorld> {
  const world = await open();
  const { system } = world.teamspace.database;
  await sql`drop owned by current_user`.execute(system);
  await sql`create schema if not exists public`.execute(system);
  return world;
}

async function restore(world: TeamspaceWorld, file: string, keys: string) {
  const client = new Client(world.config);
  await client.connect();
  try {
    return await restoreBackup(client, file, keys);
  } finally {
    await client.end();
  }
}

async function tablesOf(world: TeamspaceWorld): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename
  `.execute(world.teamspace.database.system);
  return rows.map(({ name }) => name);
}

async function contentOf(world: TeamspaceWorld): Promise<Readonly<Record<string, readonly string[]>>> {
  const content: Record<string, readonly string[]> = {};
  for (const table of KEPT_TABLES) {
    const { rows } = await sql<{
      row: string;
    }>`select t::text as row from ${sql.table(table)} as t order by 1`.execute(
      world.teamspace.database.system,
    );
    content[table] = rows.map(({ row }) => row);
  }
  return content;
}

/** The same backup with other lines; its end says that they are right. */
function rewritten(file: string, change: (lines: string[]) => string[]): Buffer {
  const lines = change(gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n').slice(0, -1));
  const digest = lineDigest();
  for (const line of lines) digest.add(line);
  return gzipSync(`${[...lines, JSON.stringify({ rows: {}, sha256: digest.hex() })].join('\n')}\n`);
}

/** One row at least in each table. */
async function fillEveryTable(world: TeamspaceWorld): Promise<void> {
  const { teamspace } = world;
  const [ada, grace] = [await world.person('Ada'), await world.person('Grace')];
  const team = await world.team('Red team', ada);
  const { access_token: access } = await world.logIn(ada);
  await world.post('/oauth/device', { client_id: 'cli_native' });
  await world.send('/api/v1/ws-token', {
    method: 'POST',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: JSON.stringify({ team_id: team.id }),
  });
  const browser = await world.signIn(ada);
  const asked = new URLSearchParams({
    client_id: 'cli_native',
    redirect_uri: 'http://127.0.0.1:28888/callback',
    response_type: 'code',
    state: 's',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  }).toString();
  const page = await browser.open(`/oauth/authorize?${asked}`);
  await browser.post('/oauth/authorize', { ...page.fields('/oauth/authorize'), decision: 'allow' });
  await teamspace.database.whole(async (rows) => {
    await createServiceToken(rows, teamspace.keyring, {
      teamId: team.id,
      name: 'ci',
      scopes: ['team.read'],
      days: 1,
      by: null,
    });
    await invite(
      rows,
      teamspace,
      { id: team.id, isPrivate: false },
      { email: 'x@example.org', role: 'member', by: ada.id },
    );
    await makeLink(rows, teamspace, 'new_password', grace.id);
    // What some take for the end of a line, and more than is read at once.
    await sql`insert into audit_log (actor, action, details)
      select 'test', 'team.renamed', jsonb_build_object('to', e'a\u2028b\u0085c\\r\\n"\\\\') from generate_series(1, 1200)`.execute(
      rows,
    );
  });
}

onEmbedded((open) => {
  test('every table is kept, but those that may pass, each after those that it refers to', async () => {
    const world = await open();
    expect(await tablesOf(world)).toEqual([...KEPT_TABLES, 'allowances', 'schema_migrations'].toSorted());
    const { rows } = await sql<{ table: (typeof KEPT_TABLES)[number]; other: (typeof KEPT_TABLES)[number] }>`
      select conrelid::regclass::text as table, confrelid::regclass::text as other from pg_constraint where contype = 'f'
    `.execute(world.teamspace.database.system);
    expect(rows.length).toBeGreaterThan(10);
    for (const { table, other } of rows)
      expect(KEPT_TABLES.indexOf(other)).toBeLessThan(KEPT_TABLES.indexOf(table));
  });

  test('a restored server has the same rows, and goes on with the same logins', async () => {
    const world = await open();
    await fillEveryTable(world);
    const tokens = await world.logIn(await world.person('Alan'));
    const folder = emptyFolder();
    const keys = path.join(folder, 'keys.json');
    saveKeys(keys, world.teamspace.keyring.keys);
    await requireKnownKeys(world.teamspace.database, keys, NOW);
    const file = path.join(folder, 'backup');
    const written = await writeBackup(world.teamspace.database, file, keys, NOW);
    const before = await contentOf(world);
    for (const table of KEPT_TABLES)
      expect([table, before[table]?.length]).toEqual([table, written.rows[table]]);
    expect(Math.min(...Object.values(written.rows))).toBeGreaterThan(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['backup', 'keys.json']);

    const elsewhere = path.join(emptyFolder(), 'keys.json');
    const empty = await emptyDatabase(open);
    expect(await restore(empty, file, elsewhere)).toEqual(written.rows);

    expect(await contentOf(empty)).toEqual(before);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
    const { database } = empty.teamspace;
    const restored = await open({ database, keyring: openKeyFile(elsewhere, NOW) });
    await requireKnownKeys(database, elsewhere, NOW);
    expect((await restored.get('/api/v1/me', tokens.access_token)).status).toBe(200);
    expect((await restored.refresh(tokens.refresh_token)).body.generation).toBe(2);
    // What comes after gets a number that none of the restored has.
    await restored.person('Barbara');
  });

  test('what is no whole backup of this version restores nothing', async () => {
    const { file, folder } = await saved(open);
    const empty = await emptyDatabase(open);
    const whole = readFileSync(file);
    const plain = gunzipSync(whole).toString('utf8');
    const changedHead = (change: object) => (lines: string[]) => [
      JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), ...change }),
      ...lines.slice(1),
    ];
    const cases: readonly (readonly [string, Buffer | string, string])[] = [
      ['empty', '', 'BACKUP_DAMAGED'],
      ['foreign', 'PGDMP something else', 'BACKUP_DAMAGED'],
      ['foreign, but compressed', gzipSync('{"hello":"world"}\n'), 'BACKUP_DAMAGED'],
      ['cut off', whole.subarray(0, whole.length - 40), 'BACKUP_DAMAGED'],
      [
        'cut off and compressed again',
        gzipSync(plain.slice(0, plain.lastIndexOf('\n', plain.length - 2) + 1)),
        'BACKUP_DAMAGED',
      ],
      ['changed', gzipSync(plain.replace('ada@example.org', 'eve@example.org')), 'BACKUP_DAMAGED'],
      ['without a row', gzipSync(plain.replace(/\n\{"table":"memberships".*/, '')), 'BACKUP_DAMAGED'],
      ['of a newer format', rewritten(file, changedHead({ format_version: 2 })), 'BACKUP_TOO_NEW'],
      ['of a newer schema', rewritten(file, changedHead({ schema: 99 })), 'BACKUP_TOO_NEW'],
    ];
    const keys = path.join(emptyFolder(), 'keys.json');
    const other = path.join(folder, 'other');
    for (const [name, content, code] of cases) {
      writeFileSync(other, content);
      await expect(restore(empty, other, keys), name).rejects.toMatchObject({ code });
      expect([name, await tablesOf(empty), existsSync(keys)]).toEqual([name, [], false]);
    }
    await expect(restore(empty, folder, keys)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    await expect(restore(empty, file, keys)).resolves.toMatchObject({ accounts: 1 });
  });

  test('a database that something is in, and other keys in place, are left alone', async () => {
    const { world, file, keys } = await saved(open);
    const before = await contentOf(world);
    await expect(restore(world, file, keys)).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
    expect(await contentOf(world)).toEqual(before);

    const empty = await emptyDatabase(open);
    const others = path.join(emptyFolder(), 'keys.json');
    openKeyFile(others, NOW);
    const text = readFileSync(others, 'utf8');
    await expect(restore(empty, file, others)).rejects.toMatchObject({ code: 'KEYS_IN_PLACE' });
    expect([readFileSync(others, 'utf8'), await tablesOf(empty)]).toEqual([text, []]);
    // As after a restore that was cut off behind its keys.
    await expect(restore(empty, file, keys)).resolves.toMatchObject({ accounts: 1 });
  });

  test('a backup without keys leaves those alone that are there', async () => {
    const { world, folder, keys } = await saved(open);
    const file = path.join(folder, 'without');
    await writeBackup(world.teamspace.database, file, undefined, NOW);
    expect(gunzipSync(readFileSync(file)).toString('utf8')).not.toContain('secret');
    const empty = await emptyDatabase(open);
    await restore(empty, file, keys);
    expect(openKeyFile(keys, NOW).keys).toEqual(world.teamspace.keyring.keys);
  });

  test('a backup that cannot be written says why, and leaves nothing', async () => {
    const { world, folder } = await saved(open);
    const { database } = world.teamspace;
    const nowhere = path.join(folder, 'missing', 'backup');
    await expect(writeBackup(database, nowhere, undefined, NOW)).rejects.toMatchObject({
      code: 'FOLDER_MISSING',
    });
    const taken = path.join(folder, 'taken');
    mkdirSync(taken);
    await expect(writeBackup(database, taken, undefined, NOW)).rejects.toThrow('EISDIR');
    expect(readdirSync(folder).toSorted()).toEqual(['backup', 'keys.json', 'taken']);
  });

  test('a backup during which a server changes the schema is none: what that wrote anew looked empty', async () => {
    const { world, folder } = await saved(open);
    const other = new Client(world.config);
    await other.connect();
    onTestFinished(() => other.end());
    await other.query("set app.scope = 'system'");
    await other.query('begin');
    await other.query('lock table accounts in access exclusive mode');
    const file = path.join(folder, 'another.backup');
    const written = writeBackup(world.teamspace.database, file, undefined, NOW);
    const done = Promise.allSettled([written]);
    const waiting = async () => (await other.query('select pid from pg_locks where not granted')).rows.length;
    while ((await waiting()) === 0);
    await other.query('alter table accounts add column salt float not null default random()');
    await other.query(
      "insert into schema_migrations (version, name, oldest_server) select max(version) + 1, 'next', 1 from schema_migrations",
    );
    await other.query('commit');
    expect(await done).toMatchObject([{ reason: { code: 'SCHEMA_CHANGED' } }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('another'))).toEqual([]);
  });

  test('a program that does not know all tables makes no backup that would lack them', async () => {
    const { world, folder, keys } = await saved(open);
    const { database } = world.teamspace;
    await sql`insert into schema_migrations (version, name, oldest_server) select max(version) + 1, 'newer', 1 from schema_migrations`.execute(
      database.system,
    );
    const file = path.join(folder, 'another.backup');
    await expect(writeBackup(database, file, keys, NOW)).rejects.toMatchObject({ code: 'TEAMSPACE_TOO_OLD' });
    expect(readdirSync(folder).filter((name) => name.startsWith('another'))).toEqual([]);
  });
});
