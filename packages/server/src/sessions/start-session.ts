import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Rows } from '../database/database.ts';
import type { SessionsTable } from '../database/schema.ts';
import type { Teamspace } from '../teamspace.ts';
import { type TokenAnswer, tokenAnswer } from './session-answer.ts';

/** Who logs in, and how. */
export interface NewSession {
  readonly accountId: string;
  readonly clientId: string;
  readonly authFlow: SessionsTable['auth_flow'];
  readonly scope: string;
  readonly userAgent: string;
}

const LONGEST_USER_AGENT = 200;

/** Begins a family of tokens, within the work that proved who asks. */
export async function startSession(
  rows: Rows,
  teamspace: Teamspace,
  { accountId, clientId, authFlow, scope, userAgent }: NewSession,
): Promise<TokenAnswer> {
  const { lifetimes, keyring } = teamspace;
  const row = await rows
    .insertInto('sessions')
    .values({
      id: randomUUID(),
      account_id: accountId,
      client_id: clientId,
      auth_flow: authFlow,
      scope,
      user_agent: userAgent.slice(0, LONGEST_USER_AGENT),
      salt: randomBytes(32),
      key_id: keyring.current.id,
      refresh_expires_at: sql<Date>`now() + make_interval(secs => ${lifetimes.refresh})`,
      absolute_expires_at: sql<Date>`now() + make_interval(secs => ${lifetimes.login})`,
    })
    .returningAll()
    .returning(sql<Date>`now()`.as('now'))
    .executeTakeFirstOrThrow();
  return tokenAnswer(teamspace, row, row.now);
}
