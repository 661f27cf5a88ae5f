import { Fault } from '@spec-kitty/core/fault';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import type { Role } from '../database/schema.ts';
import { holdTeam } from './hold-team.ts';

/** Who changes a membership, and in which team. */
export interface MembershipChange {
  readonly teamId: string;
  readonly accountId: string;
  /** `account:<id>` or `operator`. */
  readonly actor: string;
}

/** Gives a member another role. @throws Fault `NOT_A_MEMBER`, `LAST_OWNER` or `TEAM_IS_PRIVATE`. */
export async function changeRole(rows: Rows, change: MembershipChange, role: Role): Promise<void> {
  const before = await heldRole(rows, change);
  if (before === 'owner' && role !== 'owner') await requireOtherOwner(rows, change);
  await rows
    .updateTable('memberships')
    .set({ role })
    .where('team_id', '=', change.teamId)
    .where('account_id', '=', change.accountId)
    .execute();
  await note(rows, change, 'member.role_changed', { from: before, to: role });
}

/** Takes a member out of a team. @throws Fault `NOT_A_MEMBER`, `LAST_OWNER` or `TEAM_IS_PRIVATE`. */
export async function removeMember(rows: Rows, change: MembershipChange): Promise<void> {
  const before = await heldRole(rows, change);
  if (before === 'owner') await requireOtherOwner(rows, change);
  await rows
    .deleteFrom('memberships')
    .where('team_id', '=', change.teamId)
    .where('account_id', '=', change.accountId)
    .execute();
  await note(rows, change, 'member.removed', { role: before });
}

/** Of two owners who take each other out at once, one is first. */
async function heldRole(rows: Rows, { teamId, accountId }: MembershipChange): Promise<Role> {
  await holdTeam(rows, teamId);
  const member = await rows
    .selectFrom('memberships')
    .select('role')
    .where('team_id', '=', teamId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (member) return member.role;
  throw new Fault('refused', 'NOT_A_MEMBER', 'This account is not a member of the team.');
}

async function requireOtherOwner(rows: Rows, change: MembershipChange): Promise<void> {
  if (await hasOtherOwner(rows, change)) return;
  const team = await rows
    .selectFrom('teams')
    .select('is_private')
    .where('id', '=', change.teamId)
    .executeTakeFirst();
  if (team?.is_private)
    throw new Fault('refused', 'TEAM_IS_PRIVATE', 'A Private Teamspace keeps its one member.');
  throw new Fault(
    'refused',
    'LAST_OWNER',
    'A team keeps at least one owner who can sign in: make somebody else one first.',
  );
}

/** Whether somebody else owns a team who can sign in. */
export async function hasOtherOwner(
  rows: Rows,
  { teamId, accountId }: Pick<MembershipChange, 'teamId' | 'accountId'>,
): Promise<boolean> {
  const other = await rows
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .select('account_id')
    .where('team_id', '=', teamId)
    .where('role', '=', 'owner')
    .where('account_id', '<>', accountId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return other !== undefined;
}

function note(
  rows: Rows,
  { teamId, accountId, actor }: MembershipChange,
  action: 'member.role_changed' | 'member.removed',
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return audit(rows, { actor, accountId, teamId, action, target: accountId, details });
}
