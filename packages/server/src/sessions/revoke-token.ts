import { audit } from '../audit/audit.ts';
import type { Teamspace } from '../teamspace.ts';
import { endSession } from './end-session.ts';
import { requireKeyOf } from './require-key-of.ts';
import { isAuthentic, parseToken } from './session-token.ts';

/**
 * Ends the login of a token, whichever of its tokens it is, spent ones too (RFC 7009). One that nobody has made needs
 * no end.
 */
export async function revokeToken(teamspace: Teamspace, presented: string): Promise<void> {
  const { database, keyring } = teamspace;
  const token = parseToken(presented, 'refresh') ?? parseToken(presented, 'access');
  if (!token) return;
  // Not within a transaction: whoever waits for a key would hold what finding it needs.
  const row = await database.system
    .selectFrom('sessions')
    .select(['id', 'account_id', 'salt', 'key_id', 'ended_at'])
    .where('id', '=', token.sessionId)
    .executeTakeFirst();
  if (row) await requireKeyOf(teamspace, row);
  if (!row || !isAuthentic(presented, token, keyring, row.salt)) return;
  await database.whole(async (rows) => {
    if (!(await endSession(rows, row.id, 'revoked'))) return;
    await audit(rows, {
      actor: `account:${row.account_id}`,
      accountId: row.account_id,
      action: 'session.ended',
      target: row.id,
      details: { reason: 'revoked' },
    });
  });
}
