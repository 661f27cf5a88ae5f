import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { type Allowance, stillSpent, waitFor } from './allowance.ts';

/** One of an allowance, and who spends it. */
export interface Spending {
  readonly of: Allowance;
  readonly whose: string;
}

/** An allowance that is spent, and in how many seconds there is more of it, if nobody else takes that. */
export interface Short {
  readonly of: Allowance;
  readonly waitS: number;
}

/**
 * Spends one of each allowance, or none of any where one is short: whoever is refused makes nobody wait for longer.
 *
 * @returns what is short, the longest wait first; nothing where all was spent.
 */
export function spend(database: Database, ...spendings: readonly Spending[]): Promise<readonly Short[]> {
  const wanted = new Map(spendings.map((one) => [bucketOf(one), one.of]));
  // In one order, whoever asks: none waits for a row of another who waits for one of theirs.
  const given = [...wanted.keys()].toSorted().map((bucket) => sql`(${bucket}, 0)`);
  return database.whole(async (rows) => {
    // The clock is read once the rows are ours, and once: not a moment is lost.
    const { rows: found } = await sql<{ bucket: string; spent: number; ago: number }>`
      insert into allowances as known (bucket, spent) values ${sql.join(given)}
      on conflict (bucket) do update set bucket = excluded.bucket
      returning bucket, spent, extract(epoch from clock_timestamp() - updated_at)::float8 as ago`.execute(
      rows,
    );
    const levels = found.flatMap(({ bucket, spent, ago }) => {
      const of = wanted.get(bucket);
      return of ? [{ of, bucket, ago, spent: stillSpent(of, spent, ago) }] : [];
    });
    const waits = levels.map(({ of, spent }) => ({ of, waitS: waitFor(of, spent) }));
    const short = waits.filter(({ waitS }) => waitS > 0);
    const one = short.length === 0 ? 1 : 0;
    const now = levels.map(
      ({ bucket, ago, spent }) => sql`(${bucket}, ${spent + one}::float8, ${ago}::float8)`,
    );
    await sql`
      update allowances as known
      set spent = level.spent, updated_at = known.updated_at + make_interval(secs => level.ago)
      from (values ${sql.join(now)}) as level (bucket, spent, ago)
      where known.bucket = level.bucket`.execute(rows);
    // What was not there is not kept either: anybody makes up names.
    const unspent = rows.deleteFrom('allowances').where('bucket', 'in', [...wanted.keys()]);
    if (short.length > 0) await unspent.where('spent', '=', 0).execute();
    return short.toSorted((a, b) => b.waitS - a.waitS);
  });
}

/** Gives back what was spent, since it was not wasted; never what others have spent. */
export async function giveBack(database: Database, ...spendings: readonly Spending[]): Promise<void> {
  for (const one of spendings)
    await database.system
      .updateTable('allowances')
      .set({ spent: sql<number>`greatest(0, spent - 1)` })
      .where('bucket', '=', bucketOf(one))
      .execute();
}

function bucketOf({ of, whose }: Spending): string {
  return `${of.name}:${whose}`;
}
