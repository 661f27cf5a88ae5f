import type { Person, TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Role } from '../database/schema.ts';
import { changeRole } from '../teams/change-membership.ts';
import { holdTeam } from '../teams/hold-team.ts';
import { onEmbedded } from '../testing/on-both.ts';
import { runCommand } from '../testing/run-command.ts';

interface Team {
  readonly id: string;
  readonly slug: string;
}

/** Ada's team, with Eve in it. */
async function redTeam(world: TeamspaceWorld, role: Role): Promise<{ ada: Person; eve: Person; red: Team }> {
  const [ada, eve] = [await world.person('Ada'), await world.person('Eve')];
  const red = await world.team('Red', ada);
  await world.teamspace.database.system
    .insertInto('memberships')
    .values({ team_id: red.id, account_id: eve.id, role })
    .execute();
  return { ada, eve, red };
}

/** Runs a command of the server's program on the database of a world. */
async function runOn({ config }: TeamspaceWorld, command: string): Promise<void> {
  const { user, password, host, port, database } = config;
  const url = `postgres://${user}:${String(password)}@/${database}?host=${host}&port=${port ?? 5432}`;
  const { code, err } = await runCommand([...command.split(' '), '--database-url', url]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
}

onEmbedded((open) => {
  test('who loses a role while they use it has not used it', async () => {
    const world = await open();
    const { database } = world.teamspace;
    const { eve, red } = await redTeam(world, 'admin');
    const hers = await world.signIn(eve);
    const page = await hers.open(`/teams/${red.slug}`);
    const sent = await database.whole(async (rows) => {
      await holdTeam(rows, red.id);
      const fields = {
        email: 'puppet@example.org',
        role: 'admin',
        name: 'ci',
        scope: 'team.read',
        days: '9',
        account: eve.id,
        do: 'change',
      };
      const asked = ['invitations', 'tokens', 'members'].map((what) => {
        const action = `/teams/${red.slug}/${what}`;
        return hers.post(action, { ...page.fields(action), ...fields });
      });
      // As long as they all wait here, their roles have been looked at.
      const waiting = async () => (await sql`select pid from pg_locks where not granted`.execute(rows)).rows;
      while ((await waiting()).length < asked.length);
      await changeRole(rows, { teamId: red.id, accountId: eve.id, actor: 'operator' }, 'viewer');
      return asked;
    });
    const pages = await Promise.all(sent);
    expect(pages.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(pages[0]?.text).toContain('Your role in this team does not allow this any more.');
    expect(pages[0]?.text).not.toContain('Make a link');
    expect(await database.system.selectFrom('invitations').select('id').execute()).toEqual([]);
    expect(await database.system.selectFrom('service_tokens').select('id').execute()).toEqual([]);
  });

  test('who leaves a team is led to those that they are in', async () => {
    const world = await open();
    const { eve, red } = await redTeam(world, 'admin');
    const hers = await world.signIn(eve);
    const action = `/teams/${red.slug}/members`;
    const fields = { account: eve.id, role: 'admin', do: 'remove' };
    expect(await hers.submit(`/teams/${red.slug}`, action, fields)).toMatchObject({
      status: 303,
      location: '/teams',
    });
  });

  test.each([
    { mine: 'admin', role: 'admin', command: 'team remove red eve@example.org', status: 404 },
    { mine: 'admin', role: 'viewer', command: 'team role red eve@example.org --role member', status: 404 },
    { mine: 'owner', role: 'owner', command: 'team role red eve@example.org --role admin', status: 404 },
    { mine: 'owner', role: 'admin', command: 'team role red eve@example.org --role admin', status: 200 },
    { mine: 'admin', role: 'viewer', command: 'user disable eve@example.org', status: 404 },
  ] as const)(
    'an invitation to be $role by somebody who was $mine is worth what they may give after: $command ($status)',
    async ({ mine, role, command, status }) => {
      const world = await open();
      const { eve, red } = await redTeam(world, mine);
      const hers = await world.signIn(eve);
      const action = `/teams/${red.slug}/invitations`;
      const page = await hers.submit(`/teams/${red.slug}`, action, { email: 'puppet@example.org', role });
      const [link = ''] = /\/invitations\/[\w-]{43}/.exec(page.text) ?? [];
      const puppet = world.browser();
      const before = await puppet.get(link);
      expect(before.status).toBe(200);
      await runOn(world, command);
      const fields = { ...before.fields(link), name: 'Puppet', password: 'a long one for it' };
      expect((await puppet.get(link)).status).toBe(status);
      expect((await puppet.post(link, fields)).status).toBe(status === 200 ? 303 : 404);
      const emails = await world.teamspace.database.system
        .selectFrom('accounts')
        .select('email')
        .where('email', '=', 'puppet@example.org')
        .execute();
      expect(emails).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  test('a token of somebody who has left goes on, and the page of the team says whose it was', async () => {
    const world = await open();
    const { ada, eve, red } = await redTeam(world, 'admin');
    const [hers, adas] = [await world.signIn(eve), await world.signIn(ada)];
    const team = `/teams/${red.slug}`;
    await hers.submit(team, `${team}/tokens`, { name: 'ci', scope: 'team.read', days: '9' });
    expect((await adas.open(team)).text).toContain('made by Eve');
    const fields = { account: eve.id, role: 'admin', do: 'remove' };
    const page = await adas.submit(team, `${team}/members`, fields);
    expect(page.text).toContain('goes on until you revoke it');
    expect(page.text).toContain('made by somebody who is not in the team any more');
    expect(page.text).not.toContain('over since');
    await sql`update service_tokens set expires_at = now()`.execute(world.teamspace.database.system);
    expect((await adas.open(team)).text).toContain('over since');
  });

  test('a team keeps an owner who can sign in', async () => {
    const world = await open();
    const { ada, red } = await redTeam(world, 'owner');
    await runOn(world, 'user disable eve@example.org');
    const adas = await world.signIn(ada);
    const [team, fields] = [`/teams/${red.slug}`, { account: ada.id, role: 'member' }];
    for (const what of ['change', 'remove']) {
      const page = await adas.submit(team, `${team}/members`, { ...fields, do: what });
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('keeps at least one owner')]);
      expect(page.text).toContain('owner, and cannot sign in');
    }
    await runOn(world, 'user enable eve@example.org');
    expect((await adas.open(team)).text).not.toContain('cannot sign in');
    const page = await adas.submit(team, `${team}/members`, { ...fields, do: 'remove' });
    expect(page.status).toBe(303);
  });

  test('who was invited twice and is taken out has no second link to come back by', async () => {
    const world = await open();
    const ada = await world.person('Ada');
    const red = await world.team('Red', ada);
    const [adas, team] = [await world.signIn(ada), `/teams/${red.slug}`];
    const invited = async (email: string) => {
      const page = await adas.submit(team, `${team}/invitations`, { email, role: 'member' });
      return /\/invitations\/[\w-]{43}/.exec(page.text)?.[0] ?? '';
    };
    const links = [await invited('Eve@example.org'), await invited('eve@example.org ')];
    const eve = await world.person('Eve');
    const hers = await world.signIn(eve);
    const opened = [];
    for (const link of links) opened.push((await hers.get(link)).status);
    expect(opened).toEqual([404, 200]);
    expect((await hers.submit(links[1] ?? '', links[1] ?? '', {})).status).toBe(303);
    await adas.submit(team, `${team}/members`, { account: eve.id, role: 'member', do: 'remove' });
    for (const link of links) expect((await hers.get(link)).status).toBe(404);
  });

  test('a member who opens the link of somebody else leaves it to them', async () => {
    const world = await open();
    const { ada, red } = await redTeam(world, 'member');
    const [adas, team] = [await world.signIn(ada), `/teams/${red.slug}`];
    const page = await adas.submit(team, `${team}/invitations`, { email: 'bob@example.org', role: 'viewer' });
    const link = /\/invitations\/[\w-]{43}/.exec(page.text)?.[0] ?? '';
    expect(await adas.submit(link, link, {})).toMatchObject({ status: 303, location: team });
    const { system } = world.teamspace.database;
    const accepted = system.selectFrom('audit_log').select('id').where('action', '=', 'invitation.accepted');
    expect(await accepted.execute()).toEqual([]);
    expect((await world.browser().get(link)).status).toBe(200);
  });
});
