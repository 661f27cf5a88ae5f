import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { runCommand } from '../testing/run-command.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'no-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const PUBLIC = ['--public-url', 'https://teamspace.test'];

/** One of each kind; the file of a backup comes into the folder that is given. */
function lines(folder: string): readonly (readonly string[])[] {
  return [
    ['backup', path.join(folder, 'backup')],
    ['key', 'rotate'],
    ['key', 'list'],
    ['doctor'],
    ['audit'],
    ['session', 'list'],
    ['user', 'add', 'ada@example.org', '--name', 'Ada', ...PUBLIC],
    ['team', 'list'],
    ['token', 'list', 'red'],
  ];
}

function urlOf({ config: { user, password, host, port, database } }: TeamspaceWorld): string {
  return `postgres://${user}:${String(password)}@/${database}?host=${host}&port=${port ?? 5432}`;
}

async function tablesOf({ teamspace }: TeamspaceWorld): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() order by 1
  `.execute(teamspace.database.system);
  return rows.map(({ name }) => name);
}

test('a folder without a server is refused by name, and nothing is made in it', async () => {
  const parent = emptyFolder();
  const empty = path.join(parent, 'empty');
  mkdirSync(empty);
  for (const data of [path.join(parent, 'typo'), empty])
    for (const line of lines(parent)) {
      const ran = await runCommand([...line, '--data', data]);
      expect([line, ran.code, ran.out]).toEqual([line, 1, '']);
      expect(ran.err).toContain(`There is no Teamspace in this folder: ${data} [TEAMSPACE_MISSING]`);
    }
  expect([readdirSync(parent), readdirSync(empty)]).toEqual([['empty'], []]);
});

onEmbedded((open) => {
  test('a database without a server is refused, and no table is made in it', async () => {
    const world = await open();
    await sql`drop owned by current_user`.execute(world.teamspace.database.system);
    await sql`create schema if not exists public`.execute(world.teamspace.database.system);
    const folder = emptyFolder();
    const data = path.join(folder, 'data');
    for (const line of lines(folder)) {
      const ran = await runCommand([...line, '--data', data, '--database-url', urlOf(world)]);
      expect([line, ran.code, ran.err]).toEqual([line, 1, expect.stringContaining('[TEAMSPACE_MISSING]')]);
    }
    expect([await tablesOf(world), readdirSync(folder)]).toEqual([[], []]);
    // Somebody else's notes of their own steps are not ours.
    await sql`create table schema_migrations (version text)`.execute(world.teamspace.database.system);
    const ran = await runCommand(['doctor', '--data', data, '--database-url', urlOf(world)]);
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('[TEAMSPACE_MISSING]')]);
  });

  test('a database of an earlier version is looked at and backed up as it is, and changed by the server alone', async () => {
    const world = await open();
    const { system } = world.teamspace.database;
    // As of a version that had no tickets yet.
    await sql`update schema_migrations set version = 0`.execute(system);
    await sql`drop table ws_tickets`.execute(system);
    const before = await tablesOf(world);
    const folder = emptyFolder();
    const file = path.join(folder, 'backup');
    const place = ['--data', path.join(folder, 'data'), '--database-url', urlOf(world)];

    const doctor = await runCommand(['doctor', ...place]);
    expect([doctor.code, doctor.err]).toEqual([0, '']);
    expect(doctor.out).toContain('! Schema: 0, and this program makes 1 of it when the server starts.');
    expect(doctor.out).toContain('! Disk: There is no such folder');
    expect(await runCommand(['backup', file, '--without-keys', ...place])).toMatchObject({
      code: 0,
      err: '',
    });
    const other = await runCommand(['user', 'list', ...place]);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('[SCHEMA_OLD]')]);
    const { rows } = await sql`select version from schema_migrations`.execute(system);
    expect([rows, await tablesOf(world), existsSync(path.join(folder, 'data'))]).toEqual([
      [{ version: 0 }],
      before,
      false,
    ]);
  });

  test('a database that is ahead of what this program can work with is refused by all', async () => {
    const world = await open();
    const { system } = world.teamspace.database;
    await sql`insert into schema_migrations (version, name, oldest_server) values (99, 'x', 99)`.execute(
      system,
    );
    const place = ['--data', emptyFolder(), '--database-url', urlOf(world)];
    for (const line of [['doctor'], ['backup', path.join(emptyFolder(), 'backup')], ['user', 'list']]) {
      const ran = await runCommand([...line, ...place]);
      expect([line, ran.code, ran.err]).toEqual([line, 1, expect.stringContaining('[TEAMSPACE_TOO_OLD]')]);
    }
  });
});
