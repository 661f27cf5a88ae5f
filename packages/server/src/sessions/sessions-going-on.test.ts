import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { sessionsGoingOn } from './sessions-going-on.ts';

onEmbedded((open) => {
  test.each(['ended', 'not used for too long', 'too old'])(
    'a login that is %s is not listed',
    async (how) => {
      const world = await open();
      const ada = await world.person('Ada');
      const [over, other] = [await world.logIn(ada), await world.logIn(ada)];
      const { system } = world.teamspace.database;
      const change =
        how === 'ended'
          ? sql`ended_at = now(), end_reason = 'signed_out'`
          : how === 'too old'
            ? sql`absolute_expires_at = now()`
            : sql`refresh_expires_at = now()`;
      await sql`update sessions set ${change} where id = ${over.session_id}`.execute(system);
      const listed = await sessionsGoingOn(system).select('id').execute();
      expect(listed).toEqual([{ id: other.session_id }]);
      const page = await (await world.signIn(ada)).open('/sessions');
      expect([page.text.includes(other.session_id), page.text.includes(over.session_id)]).toEqual([
        true,
        false,
      ]);
    },
  );
});
