import { sql } from 'kysely';
import type { AskedTeam } from './asked-team.ts';
import type { Teamspace } from '../teamspace.ts';

/** A program without a person, and what it may do. */
export interface ActiveService {
  readonly id: string;
  readonly team: AskedTeam;
  readonly scopes: readonly string[];
}

/** By its beginning people and scanners know what leaked. */
export const SERVICE_PREFIX = 'sks_';

/** @returns `undefined` for whatever is no service token that is good now. */
export async function authenticateService(
  { database, keyring }: Teamspace,
  presented: string,
): Promise<ActiveService | undefined> {
  if (!presented.startsWith(SERVICE_PREFIX)) return undefined;
  const row = await database.system
    .selectFrom('service_tokens')
    .innerJoin('teams', 'teams.id', 'service_tokens.team_id')
    .select([
      'service_tokens.id',
      'scopes',
      'team_id',
      'slug',
      'teams.name',
      'is_private',
      sql<boolean>`last_used_at is null or last_used_at < now() - interval '1 hour'`.as('is_stale'),
    ])
    .where('token_hash', 'in', [...keyring.hashes('service', presented)])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.is_stale)
    await database.system
      .updateTable('service_tokens')
      .set({ last_used_at: sql<Date>`now()` })
      .where('id', '=', row.id)
      .execute();
  // It is no member; what it may do is what its scopes say.
  const team = {
    id: row.team_id,
    slug: row.slug,
    name: row.name,
    isPrivate: row.is_private,
    role: 'viewer' as const,
  };
  return { id: row.id, team, scopes: row.scopes };
}
