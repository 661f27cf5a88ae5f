import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDataFolder } from '@spec-kitty/testkit/teamspace/test-postgres';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { serve } from '../serve/serve.ts';
import { startSession } from '../sessions/start-session.ts';
import type { Teamspace } from '../teamspace.ts';
import { runCommand } from '../testing/run-command.ts';

const PUBLIC = ['--public-url', 'https://teamspace.test'];

let data = '';
let teamspace: Teamspace;
let stop = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  data = await makeDataFolder();
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  await new Promise<void>((resolve, reject) => {
    const options = {
      data,
      listen: { host: '127.0.0.1', port: 0 },
      databaseUrl: undefined,
      publicUrl: 'https://teamspace.test',
      proxies: 0,
      version: '0.0.0',
      log: () => undefined,
      nowIso: () => new Date().toISOString(),
    };
    const running = serve(
      options,
      (_ready, served) => {
        teamspace = served;
        resolve();
      },
      until,
    );
    running.catch(reject);
    stop = async () => {
      end();
      await running;
    };
  });
});

afterAll(async () => {
  await stop();
  rmSync(data, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'commands-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a line prints that goes well. */
async function text(...line: string[]): Promise<string> {
  const ran = await runCommand([...line, '--data', data]);
  expect([line, ran.code, ran.err]).toEqual([line, 0, '']);
  return ran.out.trimEnd();
}

/** Its document. */
async function json(...line: string[]): Promise<unknown> {
  return JSON.parse(await text(...line, '--json'));
}

/** Exit code and error code of a line that is refused, the same in text and in JSON. */
async function refusal(...line: string[]): Promise<readonly [number, string]> {
  const place = line.includes('--data') || line.includes('--database-url') ? [] : ['--data', data];
  const inText = await runCommand([...line, ...place]);
  const inJson = await runCommand([...line, ...place, '--json']);
  expect([inText.out, inJson.err, inJson.code]).toEqual(['', '', inText.code]);
  const { error, error_code: code } = JSON.parse(inJson.out) as { error: string; error_code: string };
  expect(inText.err.split('\n')[0]).toBe(`Error: ${error} [${code}]`);
  return [inText.code, code];
}

test('accounts: add, list, password-link, disable, enable', async () => {
  const link = /https:\/\/teamspace\.test\/new-password\/[\w-]{43}$/;
  expect(await text('user', 'add', 'ada@example.org', '--name', 'Ada', ...PUBLIC)).toMatch(link);
  expect(await json('user', 'add', 'eve@example.org', '--name', 'Eve', ...PUBLIC)).toEqual({
    email: 'eve@example.org',
    password_url: expect.stringMatching(link),
  });
  expect(await text('user', 'list')).toBe('ada@example.org  Ada\neve@example.org  Eve');
  expect(await text('user', 'password-link', 'ADA@example.org', ...PUBLIC)).toMatch(link);
  expect(await text('audit', '--limit', '1')).toMatch(
    /  operator  account\.password_link_created  ada@example\.org$/,
  );
  expect(await refusal('user', 'password-link', 'ada@example.org')).toEqual([2, 'PUBLIC_URL_NEEDED']);
  expect(await text('user', 'disable', 'eve@example.org')).toBe(
    'Disabled eve@example.org; 0 of its logins are over. Tokens that they have made for programs go on: `spec-kitty teamspace token revoke` ends one.',
  );
  expect(await text('user', 'list')).toContain('eve@example.org  Eve  disabled');
  expect(await json('user', 'enable', 'eve@example.org')).toEqual({
    email: 'eve@example.org',
    disabled: false,
    sessions_ended: 0,
    teams_without_owner: [],
  });
  const add = (email: string, name: string, url = 'https://teamspace.test') =>
    refusal('user', 'add', email, '--name', name, '--public-url', url);
  expect(await add('Ada@example.org', 'Ada')).toEqual([1, 'ACCOUNT_EXISTS']);
  expect(await add('nobody', 'Ada')).toEqual([1, 'EMAIL_INVALID']);
  expect(await add('x@example.org', '\u200b')).toEqual([1, 'NAME_EMPTY']);
  expect(await add('x@example.org', 'X', 'teamspace')).toEqual([2, 'PUBLIC_URL_INVALID']);
  expect(await refusal('user', 'disable', 'x@example.org')).toEqual([1, 'ACCOUNT_UNKNOWN']);
});

test('teams: add, invite, role, remove, list', async () => {
  await text('user', 'add', 'grace@example.org', '--name', 'Grace', ...PUBLIC);
  expect(await text('team', 'add', 'Red team', '--owner', 'grace@example.org')).toBe(
    'Made the team red-team.',
  );
  expect(await json('team', 'invite', 'red-team', 'new@example.org', '--role', 'admin', ...PUBLIC)).toEqual({
    email: 'new@example.org',
    invitation_url: expect.stringMatching(/^https:\/\/teamspace\.test\/invitations\/[\w-]{43}$/),
  });
  expect(await text('team', 'role', 'red-team', 'grace@example.org', '--role', 'owner')).toBe(
    'grace@example.org is owner of red-team now.',
  );
  const { members } = (await json('team', 'list')) as { members: unknown[] };
  expect(members).toContainEqual({
    slug: 'red-team',
    team: 'Red team',
    is_private: false,
    email: 'grace@example.org',
    role: 'owner',
  });
  expect(await text('team', 'list')).toContain('grace  grace@example.org  private');
  expect(await refusal('team', 'remove', 'red-team', 'grace@example.org')).toEqual([1, 'LAST_OWNER']);
  expect(await refusal('team', 'remove', 'grace', 'grace@example.org')).toEqual([1, 'TEAM_IS_PRIVATE']);
  expect(await refusal('team', 'remove', 'red-team', 'nobody@example.org')).toEqual([1, 'ACCOUNT_UNKNOWN']);
  expect(await refusal('team', 'role', 'blue', 'grace@example.org')).toEqual([1, 'TEAM_UNKNOWN']);
  expect(await refusal('team', 'role', 'red-team', 'grace@example.org', '--role', 'king')).toEqual([
    2,
    'USAGE_ERROR',
  ]);
  expect(await refusal('team', 'invite', 'red-team', 'grace@example.org', ...PUBLIC)).toEqual([
    1,
    'ALREADY_A_MEMBER',
  ]);
  expect(await refusal('team', 'invite', 'grace', 'x@example.org', ...PUBLIC)).toEqual([
    1,
    'TEAM_IS_PRIVATE',
  ]);
  expect(await refusal('team', 'invite', 'red-team', 'x@example.org', '--public-url', 'x')).toEqual([
    2,
    'PUBLIC_URL_INVALID',
  ]);
});

test('whoever disables the last owner of a team is told which team that is', async () => {
  for (const name of ['joan', 'jean'])
    await text('user', 'add', `${name}@example.org`, '--name', name, ...PUBLIC);
  await text('team', 'add', 'Lonely', '--owner', 'joan@example.org');
  await text('team', 'add', 'Shared', '--owner', 'joan@example.org');
  await teamspace.database.system
    .insertInto('memberships')
    .columns(['team_id', 'account_id', 'role'])
    .expression((from) =>
      from
        .selectFrom(['teams', 'accounts'])
        .select((col) => ['teams.id', 'accounts.id as account', col.val('owner' as const).as('role')])
        .where('slug', '=', 'shared')
        .where('email', '=', 'jean@example.org'),
    )
    .execute();
  expect(await json('user', 'disable', 'joan@example.org')).toMatchObject({
    teams_without_owner: ['lonely'],
  });
  expect(await json('user', 'enable', 'joan@example.org')).toMatchObject({ teams_without_owner: [] });
  expect(await text('user', 'disable', 'joan@example.org')).toContain(
    'No owner of lonely can sign in any more: `spec-kitty teamspace team role` makes somebody one.',
  );
});

test('tokens: add, list, revoke', async () => {
  await text('user', 'add', 'alan@example.org', '--name', 'Alan', ...PUBLIC);
  await text('team', 'add', 'Blue', '--owner', 'alan@example.org');
  expect(await text('token', 'list', 'blue')).toBe('It has none.');
  expect(await text('token', 'add', 'blue', '--name', 'ci', '--scope', 'team.read')).toMatch(
    /^sks_[\w-]{43}$/,
  );
  const { tokens } = (await json('token', 'list', 'blue')) as { tokens: { id: string }[] };
  expect(tokens).toMatchObject([{ created_by: null }]);
  const id = tokens[0]?.id ?? '';
  expect(await text('token', 'list', 'blue')).toMatch(/ {2}until \S+Z$/);
  await teamspace.database.system
    .updateTable('service_tokens')
    .set({ expires_at: new Date(0) })
    .execute();
  expect(await text('token', 'list', 'blue')).toMatch(/ {2}over since 1970-\S+Z$/);
  expect(await text('token', 'revoke', 'blue', id)).toBe(`Revoked ${id}.`);
  expect(await text('token', 'list', 'blue')).toBe(`${id}  ci  team.read  made by an operator  revoked`);
  expect(await refusal('token', 'revoke', 'blue', id)).toEqual([1, 'TOKEN_UNKNOWN']);
  expect(await refusal('token', 'revoke', 'blue', 'x')).toEqual([1, 'TOKEN_UNKNOWN']);
  const add = (...rest: string[]) => refusal('token', 'add', 'blue', '--name', 'ci', ...rest);
  expect(await add('--scope', 'everything')).toEqual([2, 'USAGE_ERROR']);
  expect(await add()).toEqual([2, 'USAGE_ERROR']);
  expect(await add('--scope', 'team.read', '--days', '367')).toEqual([2, 'USAGE_ERROR']);
});

test('sessions: list, end', async () => {
  await text('user', 'add', 'barbara@example.org', '--name', 'Barbara', ...PUBLIC);
  const { database } = teamspace;
  const { id: accountId } = await database.system
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', 'barbara@example.org')
    .executeTakeFirstOrThrow();
  const login = {
    accountId,
    clientId: 'cli_native',
    authFlow: 'device_code',
    scope: '',
    userAgent: '',
  } as const;
  const { session_id: id } = await database.whole((rows) => startSession(rows, teamspace, login));
  expect(await text('session', 'list', 'barbara@example.org')).toMatch(
    `${id}  barbara@example.org  last used`,
  );
  expect(await json('session', 'end', id)).toEqual({ session_id: id, ended: true });
  expect(await text('session', 'list', 'barbara@example.org')).toBe('No program is logged in.');
  expect(await refusal('session', 'end', id)).toEqual([1, 'SESSION_UNKNOWN']);
  expect(await refusal('session', 'end', 'x')).toEqual([1, 'SESSION_UNKNOWN']);
  expect(await refusal('session', 'list', 'x@example.org')).toEqual([1, 'ACCOUNT_UNKNOWN']);
});

test('audit tells what was done, and by whom', async () => {
  await text('user', 'add', 'kay@example.org', '--name', 'Kay', ...PUBLIC);
  await text('team', 'add', 'Green', '--owner', 'kay@example.org');
  expect(await text('audit', '--limit', '1')).toMatch(/^\S+Z {2}operator {2}team\.created {2}green$/);
  const { entries } = (await json('audit', '--team', 'green')) as { entries: { action: string }[] };
  expect(entries.map(({ action }) => action)).toEqual(['team.created']);
  expect(await refusal('audit', '--limit', '0')).toEqual([2, 'USAGE_ERROR']);
  expect(await refusal('audit', '--team', 'nobody')).toEqual([1, 'TEAM_UNKNOWN']);
});

test('keys: list, rotate; doctor', async () => {
  const before = (await json('key', 'list')) as { keys: { id: string }[] };
  const rotated = (await json('key', 'rotate')) as { current: string };
  expect(rotated).toEqual({ current: expect.any(String), retired: [], sessions_ended: 0 });
  expect(await text('key', 'list')).toMatch(
    new RegExp(`^${rotated.current}  of \\S+Z  makes new tokens\n${before.keys[0]?.id}  of \\S+Z$`),
  );
  expect(await json('doctor')).toMatchObject({ healthy: true });
  expect(await text('doctor')).toContain('+ Keys: 2, the newest of 20');

  rmSync(path.join(data, 'keys.json'));
  const ran = await runCommand(['doctor', '--data', data]);
  expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('X Keys: This server does not have')]);
  expect(await refusal('user', 'password-link', 'ada@example.org', ...PUBLIC)).toEqual([1, 'KEYS_DIFFER']);
  expect(await refusal('key', 'rotate')).toEqual([1, 'KEYS_DIFFER']);
  expect(await refusal('backup', path.join(emptyFolder(), 'backup'))).toEqual([1, 'KEYS_DIFFER']);
  await teamspace.database.system.deleteFrom('token_keys').execute();
});

test('a backup of a server that runs is restored into an empty folder', async () => {
  const folder = emptyFolder();
  const file = path.join(folder, 'backup');
  expect(await text('backup', file)).toMatch(/^Wrote \d+ rows to .*\/backup\.$/);
  expect(await refusal('backup', file)).toEqual([1, 'FILE_EXISTS']);
  expect(await refusal('backup', path.join(folder, 'missing', 'backup'))).toEqual([1, 'FOLDER_MISSING']);
  expect(await refusal('restore', path.join(folder, 'missing'))).toEqual([1, 'FILE_MISSING']);
  expect(await refusal('restore', file)).toEqual([69, 'TEAMSPACE_RUNNING']);

  const other = await makeDataFolder();
  onTestFinished(() => rmSync(other, { recursive: true, force: true }));
  expect(await refusal('restore', file, '--data', other)).toEqual([1, 'DATABASE_NOT_EMPTY']);
  rmSync(path.join(other, 'postgres', 'data'), { recursive: true });
  const { code, out } = await runCommand(['restore', file, '--data', other]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^Restored \d+ rows\. Start the server/)]);
  // Nobody runs it: each of these starts it for itself, one after the other.
  const lists = ['user', 'team', 'key'].map((word) => runCommand([word, 'list'], { TEAMSPACE_DATA: other }));
  const ran = await Promise.all(lists);
  expect(ran.map((one) => [one.code, one.err])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
  expect(ran[0]?.out).toBe((await runCommand(['user', 'list', '--data', data])).out);
});

test('a place that cannot be used is named', async () => {
  const file = path.join(emptyFolder(), 'file');
  writeFileSync(file, '');
  for (const place of [file, path.join(file, 'data')]) {
    expect(await refusal('restore', file, '--data', place)).toEqual([2, 'DATA_FOLDER_UNUSABLE']);
    expect(await refusal('user', 'list', '--data', place)).toEqual([1, 'TEAMSPACE_MISSING']);
  }
  const env = { TEAMSPACE_DATA: path.join(path.dirname(file), 'data') };
  const wrong = await runCommand(['user', 'list', '--database-url', 'mysql://u:secret@h/db'], env);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('[DATABASE_URL_INVALID]')]);
  expect(wrong.err).not.toContain('secret');
  for (const line of [
    ['user', 'list'],
    ['restore', file],
  ]) {
    const ran = await runCommand(line, {
      ...env,
      TEAMSPACE_DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/db',
    });
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('[DATABASE_UNREACHABLE]')]);
    expect(ran.err).not.toContain('secret');
  }
  expect(existsSync(path.join(env.TEAMSPACE_DATA, 'postgres'))).toBe(false);
});

test('what is no command is told so, and help is an answer', async () => {
  for (const line of [
    ['usr'],
    ['user', 'lst'],
    ['user', 'list', '--jsn'],
    ['user', 'add'],
    ['serve', '--listen', 'x'],
    ['serve', '--proxies', 'many'],
  ])
    expect([line, await refusal(...line)]).toEqual([line, [2, 'USAGE_ERROR']]);
  const none = await runCommand([]);
  expect([none.code, none.err]).toEqual([0, '']);
  expect(none.out).toContain('EXAMPLES\n  spec-kitty teamspace serve\n');
});
