import type { Person, TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Role } from '../database/schema.ts';
import { changeRole } from '../teams/change-membership.ts';
import { holdTeam } from '../teams/hold-team.ts';
import { onEmbedded } from '../testing/on-both.ts';

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

onEmbedded((open) => {
  test('who loses a role while they use it has not used it', async () => {
    const world = await open();
    const { database } = world.teamspace;
    const { eve, red } = await redTeam(world, 'admin');
    const hers = await world.signIn(eve);
    const page = await hers.open(`/teams/${red.slug}`);
    const sent = await database.whole(async (rows) => {
      await holdTeam(rows, red.id);
      const asked = ['invitations', 'tokens', 'members'].map((what) =>
        hers.post(`/teams/${red.slug}/${what}`, {
          ...page.fields(`/teams/${red.slug}/${what}`),
          ...{ email: 'puppet@example.org', role: 'admin', name: 'ci', scope: 'team.read', days: '9' },
          ...{ account: eve.id, do: 'change' },
        }),
      );
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
});
