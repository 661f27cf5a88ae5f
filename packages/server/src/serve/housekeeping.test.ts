import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { keepHouse } from './housekeeping.ts';

onEmbedded((open) => {
  test('what is over is deleted after its time, and nothing that somebody may still need', async () => {
    const world = await open();
    const { database } = world.teamspace;
    const ada = await world.person('Ada');
    const [old, over, active] = [await world.logIn(ada), await world.logIn(ada), await world.logIn(ada)];
    await world.signIn(ada);
    await world.signIn(ada);
    const ended = (id: string, ago: string) =>
      sql`update sessions set ended_at = now() - ${ago}::interval, end_reason = 'signed_out' where id = ${id}`.execute(
        database.system,
      );
    await ended(old.session_id, '91 days');
    await ended(over.session_id, '89 days');
    await sql`update browser_sessions set expires_at = now() - interval '1 second' where id = (select id from browser_sessions limit 1)`.execute(
      database.system,
    );
    expect(await keepHouse(database)).toMatchObject({
      sessions: 1,
      browser_sessions: 1,
      authorization_codes: 0,
    });
    const left = await database.system.selectFrom('sessions').select('id').execute();
    expect(left.map(({ id }) => id).toSorted()).toEqual([over.session_id, active.session_id].toSorted());
    expect(await keepHouse(database)).toMatchObject({ sessions: 0, browser_sessions: 0 });
  });
});
