import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { onEmbedded } from '../testing/on-both.ts';

onEmbedded((open) => {
  test.each([
    [0, 200],
    [1, 503],
  ])(
    'a server that runs is ready as long as the schema still is for servers of its age (%i newer: %i)',
    async (newer, status) => {
      const world = await open();
      const [version, oldest] = [MIGRATIONS.length + 1, MIGRATIONS.length + newer];
      await sql`insert into schema_migrations (version, name, oldest_server) values (${version}, 'newer', ${oldest})`.execute(
        world.teamspace.database.system,
      );
      expect((await world.get('/health/ready/')).status).toBe(status);
      expect((await world.get('/health/')).status).toBe(200);
    },
  );
});
