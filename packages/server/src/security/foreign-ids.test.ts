import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { KEPT_TABLES } from '../database/tables.ts';
import { invite } from '../teams/invite.ts';
import { createServiceToken } from '../teams/service-token.ts';
import { onEmbedded } from '../testing/on-both.ts';

onEmbedded((open) => {
  test.each([true, false])(
    'who names what others have in a form of their own does nothing to it, with the barrier of the database: %s',
    async (hasBarrier) => {
      const world = await open();
      const { database, keyring } = world.teamspace;
      const [ada, bob, eve] = [
        await world.person('Ada'),
        await world.person('Bob'),
        await world.person('Eve'),
      ];
      const red = await world.team('Red', ada);
      const blue = await world.team('Blue', bob);
      await database.whole(async (rows) => {
        const member = { team_id: blue.id, account_id: eve.id, role: 'viewer' as const };
        await rows.insertInto('memberships').values(member).execute();
        const token = { teamId: blue.id, name: 'ci', scopes: ['team.read' as const], days: 1, by: bob.id };
        await createServiceToken(rows, keyring, token);
        const guest = { email: 'guest@example.org', role: 'viewer' as const, by: bob.id };
        await invite(rows, world.teamspace, { id: blue.id, isPrivate: false }, guest);
      });
      await world.logIn(bob);
      await world.signIn(bob);
      const mine = await world.signIn(ada);
      // Whoever owns a table sees through a policy that is not forced.
      if (!hasBarrier)
        for (const table of KEPT_TABLES)
          await sql`alter table ${sql.table(table)} no force row level security`.execute(database.system);
      const all = () =>
        database.whole(async (rows) => ({
          members: await rows.selectFrom('memberships').selectAll().where('team_id', '=', blue.id).execute(),
          tokens: await rows.selectFrom('service_tokens').selectAll().execute(),
          invitations: await rows.selectFrom('invitations').selectAll().execute(),
          sessions: await rows.selectFrom('sessions').selectAll().execute(),
          browsers: await rows
            .selectFrom('browser_sessions')
            .selectAll()
            .where('account_id', '=', bob.id)
            .execute(),
          audit: await rows.selectFrom('audit_log').select(['actor', 'action', 'target']).execute(),
        }));
      const before = await all();
      const csrf = (await mine.open('/account')).fields('/sign-out')['csrf'] ?? '';
      const told: number[] = [];
      const post = async (path: string, fields: Readonly<Record<string, string>>) =>
        told.push((await mine.post(path, { ...fields, csrf })).status);
      const team = `/teams/${red.slug}`;
      await post(`${team}/tokens/revoke`, { token: before.tokens[0]?.id ?? '' });
      await post(`${team}/invitations/revoke`, { invitation: before.invitations[0]?.id ?? '' });
      await post(`${team}/members`, { account: eve.id, role: 'viewer', do: 'remove' });
      await post(`${team}/members`, { account: eve.id, role: 'owner', do: 'change' });
      await post('/sessions/end', { session: before.sessions[0]?.id ?? '' });
      await post('/sessions/end', { session: before.browsers[0]?.id ?? '' });
      expect(told).toEqual([400, 400, 400, 400, 303, 303]);
      expect(await all()).toEqual(before);
    },
  );
});
