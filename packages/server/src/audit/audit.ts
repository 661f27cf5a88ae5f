import type { Rows } from '../database/database.ts';

/** What happened, in the past tense; kept for as long as the database is. */
export type AuditAction =
  | 'account.created'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.password_changed'
  | 'account.password_link_created'
  | 'account.signed_in'
  | 'invitation.created'
  | 'invitation.accepted'
  | 'invitation.revoked'
  | 'key.rotated'
  | 'member.removed'
  | 'member.role_changed'
  | 'session.started'
  | 'session.ended'
  /** Back to a database that had forgotten its newest tokens. */
  | 'session.rolled_back'
  | 'service_token.created'
  | 'service_token.revoked'
  | 'team.created';

/** One line of the audit log. */
export interface AuditEntry {
  /** `account:<id>`, `service:<id>`, `operator` at the machine itself, or `server`. */
  readonly actor: string;
  readonly accountId?: string;
  readonly teamId?: string;
  readonly action: AuditAction;
  readonly target?: string;
  /** Facts without secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes down what is being done, in the work that does it: both happen or neither. */
export async function audit(
  rows: Rows,
  { actor, accountId, teamId, action, target, details = {} }: AuditEntry,
): Promise<void> {
  await rows
    .insertInto('audit_log')
    .values({
      actor,
      account_id: accountId ?? null,
      team_id: teamId ?? null,
      action,
      target: target ?? null,
      details: JSON.stringify(details),
    })
    .execute();
}
