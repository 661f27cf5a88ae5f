import { randomUUID } from 'node:crypto';
import type { Rows } from '../database/database.ts';

const LONGEST = 40;

/** What looks like the id of a team would stand for two teams in an address. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A team that there is now. */
export interface NewTeam {
  readonly id: string;
  readonly slug: string;
}

/** A name as it can stand in addresses; `team` where nothing of it can. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
  if (slug === '') return 'team';
  return UUID.test(slug) ? `team-${slug}`.slice(0, LONGEST) : slug;
}

/**
 * Makes a team with its first owner, under the first slug of its name that nobody has.
 *
 * @param slugFrom what the slug is made of, where that is not its name.
 */
export async function insertTeam(
  rows: Rows,
  name: string,
  ownerId: string,
  { isPrivate = false, slugFrom = name } = {},
): Promise<NewTeam> {
  const base = slugOf(slugFrom);
  for (let number = 1; ; number += 1) {
    const team = { id: randomUUID(), slug: number === 1 ? base : `${base}-${number}` };
    const made = await rows
      .insertInto('teams')
      .values({ ...team, name, is_private: isPrivate, owner_account_id: isPrivate ? ownerId : null })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) continue;
    await rows
      .insertInto('memberships')
      .values({ team_id: team.id, account_id: ownerId, role: 'owner' })
      .execute();
    return team;
  }
}
