import { expect, onTestFinished, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { Database } from './database.ts';
import { seesEveryRow } from './sees-every-row.ts';

onEmbedded((open) => {
  test('the owner of the database does not see through the policy of rows, and a superuser does', async () => {
    const { teamspace, config } = await open();
    expect(await seesEveryRow(teamspace.database)).toBe(false);
    const database = new Database({ ...config, user: 'postgres' });
    onTestFinished(() => database.close());
    expect(await seesEveryRow(database)).toBe(true);
  });
});
