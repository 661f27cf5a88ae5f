import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onBoth } from '../testing/on-both.ts';
import type { Allowance } from './allowance.ts';
import { giveBack, spend } from './spend.ts';

const FEW: Allowance = { name: 'few', atOnce: 3, everyS: 3600 };
const MANY: Allowance = { name: 'many', atOnce: 10, everyS: 3600 };

onBoth('an allowance', (open) => {
  test('is spent by as many as it is for, on whichever server they come at once', async () => {
    const world = await open();
    const replica = world.replica();
    const both = [
      { of: FEW, whose: 'one' },
      { of: MANY, whose: 'all' },
    ];
    const done = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        spend(
          (index % 2 === 0 ? world : replica).teamspace.database,
          ...(index % 3 === 0 ? both : both.toReversed()),
        ),
      ),
    );
    await replica.close();
    expect(done.filter((short) => short.length === 0)).toHaveLength(3);
    expect(done.find((short) => short.length > 0)).toEqual([{ of: FEW, waitS: 3600 }]);
  });

  test('is not touched where another one is short, and that with the longest wait is named first', async () => {
    const { database } = (await open()).teamspace;
    const [one, all] = [
      { of: FEW, whose: 'one' },
      { of: MANY, whose: 'all' },
    ];
    for (let count = 0; count < 50; count += 1) await spend(database, one, all);
    for (let count = 0; count < 7; count += 1)
      expect(await spend(database, { of: FEW, whose: String(count) }, all)).toEqual([]);
    const slow = { of: { ...FEW, name: 'slow', atOnce: 1, everyS: 7200 }, whose: 'one' };
    await spend(database, slow);
    expect((await spend(database, one, slow, all)).map(({ of }) => of.name)).toEqual(['slow', 'few', 'many']);
  });

  test('gets back what was not wasted, and never more than that', async () => {
    const { database } = (await open()).teamspace;
    const one = { of: FEW, whose: 'one' };
    await giveBack(database, one, one);
    for (let count = 0; count < 10; count += 1) {
      expect(await spend(database, one)).toEqual([]);
      await giveBack(database, one);
    }
    for (let count = 0; count < 3; count += 1) expect(await spend(database, one)).toEqual([]);
    await giveBack(database, one);
    expect(await spend(database, one)).toEqual([]);
    expect(await spend(database, one)).toHaveLength(1);
  });

  test('that is short leaves nothing behind, however many names whoever asks makes up', async () => {
    const { database } = (await open()).teamspace;
    const all = { of: FEW, whose: 'all' };
    for (let count = 0; count < 20; count += 1)
      await spend(database, { of: MANY, whose: `made up ${count}` }, all);
    const { rows } = await sql<{ bucket: string }>`select bucket from allowances order by 1`.execute(
      database.system,
    );
    expect(rows.map(({ bucket }) => bucket)).toEqual([
      'few:all',
      'many:made up 0',
      'many:made up 1',
      'many:made up 2',
    ]);
    expect(await spend(database, all)).toEqual([{ of: FEW, waitS: 3600 }]);
  });
});
