import { type Kysely, sql } from 'kysely';
import type { Role, Schema } from '../database/schema.ts';
import { mayGive } from './roles.ts';

/** What of an invitation says whether it is one still. */
export interface GivenInvitation {
  readonly role: Role;
  /** `null` for the operator at the machine. */
  readonly invited_by: string | null;
  /** What whoever invites is in the team by now, if anything. */
  readonly inviter_role: Role | null;
}

/** Invitations that nobody has accepted or taken back, and that are not too old. {@link isStillGiven} judges the rest. */
export function openInvitations(rows: Kysely<Schema>) {
  return rows
    .selectFrom('invitations')
    .leftJoin('accounts as inviting', (join) =>
      join.onRef('inviting.id', '=', 'invited_by').on('inviting.disabled_at', 'is', null),
    )
    .leftJoin('memberships as inviter', (join) =>
      join
        .onRef('inviter.team_id', '=', 'invitations.team_id')
        .onRef('inviter.account_id', '=', 'inviting.id'),
    )
    .select([
      'invitations.id',
      'invitations.email',
      'invitations.role',
      'invitations.expires_at',
      'invited_by',
      'inviter.role as inviter_role',
    ])
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('invitations.expires_at', '>', sql<Date>`now()`);
}

/** An invitation is worth what whoever made it may give: who has left the team keeps no way back into it. */
export function isStillGiven({ role, invited_by: by, inviter_role: inviterRole }: GivenInvitation): boolean {
  return by === null || (inviterRole !== null && mayGive(inviterRole, role));
}
