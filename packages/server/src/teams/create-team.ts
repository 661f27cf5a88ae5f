import { Fault } from '@spec-kitty/core/fault';
import { cleanName } from '../accounts/clean-name.ts';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { insertTeam, type NewTeam } from './insert-team.ts';

/** Makes a team that others can be invited to. @throws Fault `NAME_EMPTY`. */
export async function createTeam(
  rows: Rows,
  actor: string,
  given: string,
  ownerId: string,
): Promise<NewTeam> {
  const name = cleanName(given);
  if (name === '')
    throw new Fault('refused', 'NAME_EMPTY', 'A name has at least one character that can be seen.');
  const team = await insertTeam(rows, name, ownerId);
  await audit(rows, {
    actor,
    accountId: ownerId,
    teamId: team.id,
    action: 'team.created',
    target: team.slug,
  });
  return team;
}
