import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { type Answer, json, oauthError } from '../http/answer.ts';
import type { Asked } from '../http/endpoint.ts';
import { isEqual } from '../keys/keyring.ts';
import { endSession } from '../sessions/end-session.ts';
import { startSession } from '../sessions/start-session.ts';
import type { Teamspace } from '../teamspace.ts';

/** A code with what proves that whoever brings it asked for it. */
export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly clientId: string;
}

/** 43 to 128 unreserved characters (RFC 7636 §4.1). */
const VERIFIER = /^[\w.~-]{43,128}$/;

const NOT_GOOD = oauthError(400, 'invalid_grant', 'The code is not good, was used, or is too old.');

/** Exchanges a code once; one that comes a second time was stolen on one of its ways, and ends what it began. */
export function exchangeCode(
  { teamspace, userAgent }: Asked<unknown>,
  exchange: CodeExchange,
): Promise<Answer> {
  return teamspace.database.whole(async (rows) => {
    const row = await rows
      .selectFrom('authorization_codes')
      .innerJoin('accounts', 'accounts.id', 'authorization_codes.account_id')
      .selectAll('authorization_codes')
      .select([sql<boolean>`expires_at <= now() or disabled_at is not null`.as('is_over')])
      .where('code_hash', 'in', [...teamspace.keyring.hashes('code', exchange.code)])
      .forUpdate('authorization_codes')
      .executeTakeFirst();
    if (!row) return NOT_GOOD;
    if (row.used_at) {
      if (row.session_id !== null) await endForReuse(rows, teamspace, row.session_id, row.account_id);
      return NOT_GOOD;
    }
    // Used up also by a wrong attempt: whoever guesses a verifier has one try.
    const used = { used_at: sql<Date>`now()` };
    const mark = rows.updateTable('authorization_codes').where('code_hash', '=', row.code_hash);
    if (row.is_over || !isProven(exchange, row)) {
      await mark.set(used).execute();
      return NOT_GOOD;
    }
    const tokens = await startSession(rows, teamspace, {
      accountId: row.account_id,
      clientId: row.client_id,
      authFlow: 'authorization_code',
      scope: row.scope,
      userAgent,
    });
    await mark.set({ ...used, session_id: tokens.session_id }).execute();
    await audit(rows, {
      actor: `account:${row.account_id}`,
      accountId: row.account_id,
      action: 'session.started',
      target: tokens.session_id,
      details: { auth_flow: 'authorization_code' },
    });
    return json(200, tokens);
  });
}

function isProven(
  { redirectUri, verifier, clientId }: CodeExchange,
  row: { readonly redirect_uri: string; readonly challenge: string; readonly client_id: string },
): boolean {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return (
    VERIFIER.test(verifier) &&
    isEqual(Buffer.from(challenge), Buffer.from(row.challenge)) &&
    redirectUri === row.redirect_uri &&
    clientId === row.client_id
  );
}

async function endForReuse(
  rows: Rows,
  { log }: Teamspace,
  sessionId: string,
  accountId: string,
): Promise<void> {
  if (!(await endSession(rows, sessionId, 'reuse'))) return;
  await audit(rows, {
    actor: 'server',
    accountId,
    action: 'session.ended',
    target: sessionId,
    details: { reason: 'authorization code used twice' },
  });
  log('warn', 'authorization_code_reused', { session_id: sessionId });
}
