import { randomBytes, randomUUID } from 'node:crypto';
import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import { emailKey, isEmail } from '../accounts/email.ts';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import type { Role } from '../database/schema.ts';
import type { Teamspace } from '../teamspace.ts';
import type { AskedTeam } from './asked-team.ts';
import { holdTeam } from './hold-team.ts';
import { openInvitations } from './open-invitations.ts';

const LASTS_S = 7 * 86_400;

/** Somebody who is to become a member. */
export interface Invitation {
  readonly email: string;
  readonly role: Role;
  /** Who invites; `null` for the operator at the machine. */
  readonly by: string | null;
}

/**
 * Invites somebody to a team by a link that works once, within a week, and takes the place of an earlier one to the same
 * address: whoever is taken out of the team again would come back by that.
 *
 * @returns its whole address; it is stored nowhere.
 * @throws Fault `EMAIL_INVALID`, `TEAM_IS_PRIVATE` or `ALREADY_A_MEMBER`.
 */
export async function invite(
  rows: Rows,
  { keyring, publicUrl }: Pick<Teamspace, 'keyring' | 'publicUrl'>,
  team: Pick<AskedTeam, 'id' | 'isPrivate'>,
  { email, role, by }: Invitation,
): Promise<string> {
  if (team.isPrivate) throw refusal('TEAM_IS_PRIVATE', 'A Private Teamspace has one member.');
  if (!isEmail(email)) throw refusal('EMAIL_INVALID', `This is no e-mail address: ${email}`);
  await holdTeam(rows, team.id);
  const member = await rows
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .select('account_id')
    .where('team_id', '=', team.id)
    .where('email_key', '=', emailKey(email))
    .executeTakeFirst();
  if (member) throw refusal('ALREADY_A_MEMBER', `${email.trim()} is a member already.`);
  const actor = by === null ? 'operator' : `account:${by}`;
  await takeBackOthers(rows, team.id, email, actor);
  const secret = randomBytes(32).toString('base64url');
  await rows
    .insertInto('invitations')
    .values({
      id: randomUUID(),
      team_id: team.id,
      email: email.trim(),
      role,
      token_hash: keyring.hashes('invitation', secret)[0],
      invited_by: by,
      expires_at: sql<Date>`now() + make_interval(secs => ${LASTS_S})`,
    })
    .execute();
  await audit(rows, {
    actor,
    teamId: team.id,
    action: 'invitation.created',
    target: email.trim(),
    details: { role },
  });
  return `${publicUrl}/invitations/${secret}`;
}

async function takeBackOthers(rows: Rows, teamId: string, email: string, actor: string): Promise<void> {
  const open = await openInvitations(rows).where('invitations.team_id', '=', teamId).execute();
  for (const one of open.filter((other) => emailKey(other.email) === emailKey(email))) {
    await rows
      .updateTable('invitations')
      .set({ revoked_at: sql<Date>`now()` })
      .where('id', '=', one.id)
      .execute();
    await audit(rows, { actor, teamId, action: 'invitation.revoked', target: one.email });
  }
}

function refusal(code: string, message: string): Fault {
  return new Fault('refused', code, message);
}
