import { newAttempt, type TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';

/** A login whose database has lost what came after its first token, as a restored backup has. */
async function rolledBack(world: TeamspaceWorld) {
  const first = await world.logIn(await world.person('Ada'));
  const second = (await world.refresh(first.refresh_token, newAttempt())).body;
  const third = (await world.refresh(second.refresh_token, newAttempt())).body;
  await sql`update sessions set generation = 1, attempt_hash = null, rotated_at = created_at`.execute(
    world.teamspace.database.system,
  );
  return { second, third };
}

function pass(world: TeamspaceWorld, ms: number): Promise<unknown> {
  return sql`update sessions set rotated_at = rotated_at - make_interval(secs => ${ms / 1000})`.execute(
    world.teamspace.database.system,
  );
}

onEmbedded((open) => {
  test('a login goes on over a database that was put back to an earlier time, and that is told', async () => {
    const world = await open();
    const { second, third } = await rolledBack(world);
    expect((await world.get('/api/v1/me', third.access_token)).status).toBe(200);
    const attempt = newAttempt();
    const refreshed = await world.refresh(third.refresh_token, attempt);
    expect([refreshed.status, refreshed.body.generation]).toEqual([200, 4]);
    expect((await world.get('/api/v1/me', refreshed.body.access_token)).status).toBe(200);
    const facts = { session_id: third.session_id, generation: 3, current_generation: 1 };
    expect(world.log).toContainEqual(['refresh_token_ahead', facts]);
    const entry = await world.teamspace.database.system
      .selectFrom('audit_log')
      .select(['actor', 'target', 'details'])
      .where('action', '=', 'session.rolled_back')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({
      actor: 'server',
      target: third.session_id,
      details: { generation: 3, current_generation: 1 },
    });
    // Its answer may be lost, as any other's, and what is below is theft, as ever.
    expect((await world.refresh(third.refresh_token, attempt)).body.refresh_token).toBe(
      refreshed.body.refresh_token,
    );
    expect((await world.refresh(second.refresh_token)).body.error).toBe('invalid_grant');
    expect((await world.refresh(refreshed.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('two servers that are asked at once go on from it once', async () => {
    const world = await open();
    const replica = world.replica();
    const { third } = await rolledBack(world);
    const attempt = newAttempt();
    const both = await Promise.all(
      [world, replica].map((server) => server.refresh(third.refresh_token, attempt)),
    );
    expect(both.map(({ body }) => body.generation)).toEqual([4, 4]);
    const others = await Promise.all(
      [world, replica].map((server) => server.refresh(both[0]?.body.refresh_token ?? '', newAttempt())),
    );
    expect(others.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
    const { rows } = await sql`select 1 from audit_log where action = 'session.rolled_back'`.execute(
      world.teamspace.database.system,
    );
    expect(rows).toHaveLength(1);
    await replica.close();
  });

  test('whoever has stolen a token over that ends the login, as ever', async () => {
    const world = await open();
    const { second, third } = await rolledBack(world);
    // The thief is taken for whom the database has forgotten, and ends up where the owner is.
    expect((await world.refresh(second.refresh_token, newAttempt())).body.generation).toBe(3);
    expect((await world.refresh(third.refresh_token, newAttempt())).body.generation).toBe(4);
    await pass(world, 61_000);
    expect((await world.refresh(third.refresh_token, newAttempt())).body.error).toBe('invalid_grant');
    expect(world.log.map(([event]) => event)).toContain('refresh_token_reused');
  });

  test('a login that has ended, or whose account is disabled, does not go on that way', async () => {
    const world = await open();
    const { third } = await rolledBack(world);
    const { system } = world.teamspace.database;
    await sql`update accounts set disabled_at = now()`.execute(system);
    expect((await world.refresh(third.refresh_token)).body.error).toBe('session_invalid');
    await sql`update accounts set disabled_at = null`.execute(system);
    await sql`update sessions set absolute_expires_at = now()`.execute(system);
    expect((await world.refresh(third.refresh_token)).body.error).toBe('invalid_grant');
  });
});
