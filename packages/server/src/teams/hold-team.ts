import type { Rows } from '../database/database.ts';

/**
 * Lets nobody else change who is in a team, and as what, until the work is over; what is read of that from now on stays
 * true for as long.
 */
export async function holdTeam(rows: Rows, teamId: string): Promise<void> {
  await rows.selectFrom('teams').select('id').where('id', '=', teamId).forNoKeyUpdate().execute();
}
