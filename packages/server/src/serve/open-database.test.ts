import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onEmbedded } from '../testing/on-both.ts';
import { openDataFolder } from './data-folder.ts';
import { withDatabase } from './open-database.ts';

onEmbedded((open) => {
  test('a database that has tables of somebody else is not taken for one that cannot be reached', async () => {
    const { config, teamspace } = await open();
    await teamspace.database.lend(async (client) => {
      await client.query('drop owned by current_user');
      await client.query('create table teams (name text)');
    });
    const { user, password, host, port, database } = config;
    const url = `postgres://${user}:${String(password)}@/${database}?host=${host}&port=${port ?? 5432}`;
    const root = mkdtempSync(path.join(tmpdir(), 'open-database-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const folder = openDataFolder(root);
    const opened = withDatabase({ url, folder, schema: 'made' }, () => Promise.resolve());
    await expect(opened).rejects.toMatchObject({ code: 'SCHEMA_FAILED', details: { sqlstate: '42P07' } });
  });
});
