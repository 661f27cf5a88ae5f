import { type Kysely, type Selectable, sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Schema, SessionsTable } from '../database/schema.ts';
import type { Teamspace } from '../teamspace.ts';
import { endSession } from './end-session.ts';
import { type TokenAnswer, tokenAnswer } from './session-answer.ts';
import { requireKeyOf } from './require-key-of.ts';
import { decideRefresh } from './session-family.ts';
import { isAuthentic, parseToken, type SessionToken } from './session-token.ts';

/** What a refresh token was answered with. */
export type Refreshed =
  | { readonly kind: 'tokens'; readonly tokens: TokenAnswer }
  | { readonly kind: 'wait' }
  | { readonly kind: 'rejected'; readonly error: 'invalid_grant' | 'session_invalid' };

const UNKNOWN: Refreshed = { kind: 'rejected', error: 'invalid_grant' };

/**
 * Rotates the tokens of a login, once for each generation, however many servers are asked at the same moment: the
 * database changes the row only if it still is of the generation that was decided about.
 *
 * @param attempt what the client calls this attempt; asked again after a lost answer, it gets the same tokens.
 */
export async function refreshSession(
  teamspace: Teamspace,
  presented: string,
  attempt: string | undefined,
): Promise<Refreshed> {
  const token = parseToken(presented, 'refresh');
  if (!token) return UNKNOWN;
  for (;;) {
    const row = await load(teamspace, token.sessionId);
    if (row) await requireKeyOf(teamspace, row);
    if (!row || !isAuthentic(presented, token, teamspace.keyring, row.salt)) return UNKNOWN;
    const done = await perform(teamspace, token, row, attempt);
    if (done) return done;
  }
}

type Row = Selectable<SessionsTable> & { readonly now: Date; readonly disabled_at: Date | null };

function load({ database }: Teamspace, id: string): Promise<Row | undefined> {
  return database.system
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .selectAll('sessions')
    .select(['accounts.disabled_at', sql<Date>`now()`.as('now')])
    .where('sessions.id', '=', id)
    .executeTakeFirst();
}

/** @returns `undefined` where somebody else has rotated meanwhile, and everything has to be decided anew. */
async function perform(
  teamspace: Teamspace,
  token: SessionToken,
  row: Row,
  attempt: string | undefined,
): Promise<Refreshed | undefined> {
  const hashes = attempt === undefined ? [] : teamspace.keyring.hashes('attempt', attempt);
  const decision = decideRefresh(
    {
      generation: row.generation,
      sameAttempt: hashes.some((hash) => row.attempt_hash?.equals(hash) === true),
      rotatedAtMs: row.rotated_at.getTime(),
      refreshExpiresAtMs: Math.min(row.refresh_expires_at.getTime(), row.absolute_expires_at.getTime()),
      endReason: row.end_reason ?? (row.disabled_at ? 'account_disabled' : null),
    },
    token.generation,
    row.now.getTime(),
    teamspace.lifetimes.replayWindow * 1000,
  );
  switch (decision.do) {
    case 'rotate':
      return rotate(teamspace, teamspace.database.system, row, { attemptHash: hashes[0] ?? null });
    case 'catch up':
      return catchUp(teamspace, row, { attemptHash: hashes[0] ?? null, after: token.generation });
    case 'repeat':
      return { kind: 'tokens', tokens: tokenAnswer(teamspace, row, row.now) };
    case 'wait':
      return { kind: 'wait' };
    case 'end family':
      await endForReuse(teamspace, row, token.generation);
      return UNKNOWN;
    case 'reject':
      return { kind: 'rejected', error: decision.error };
  }
}

interface Rotation {
  readonly attemptHash: Buffer | null;
  /** Generation that the next one comes after, where it is not the row's. */
  readonly after?: number;
}

async function rotate(
  teamspace: Teamspace,
  rows: Kysely<Schema>,
  { id, generation }: Row,
  { attemptHash, after = generation }: Rotation,
): Promise<Refreshed | undefined> {
  const { keyring, lifetimes } = teamspace;
  const next = await rows
    .updateTable('sessions')
    .set({
      generation: after + 1,
      attempt_hash: attemptHash,
      key_id: keyring.current.id,
      rotated_at: sql<Date>`now()`,
      refresh_expires_at: sql<Date>`now() + make_interval(secs => ${lifetimes.refresh})`,
    })
    .where('id', '=', id)
    .where('generation', '=', generation)
    .where('ended_at', 'is', null)
    .returningAll()
    .returning(sql<Date>`now()`.as('now'))
    .executeTakeFirst();
  return next && { kind: 'tokens', tokens: tokenAnswer(teamspace, next, next.now) };
}

/** It is told: a database that has forgotten this may have forgotten more. */
async function catchUp(
  teamspace: Teamspace,
  row: Row,
  rotation: Rotation & { readonly after: number },
): Promise<Refreshed | undefined> {
  const facts = { generation: rotation.after, current_generation: row.generation };
  const done = await teamspace.database.whole(async (rows) => {
    const rotated = await rotate(teamspace, rows, row, rotation);
    if (rotated)
      await audit(rows, {
        actor: 'server',
        accountId: row.account_id,
        action: 'session.rolled_back',
        target: row.id,
        details: facts,
      });
    return rotated;
  });
  if (done) teamspace.log('warn', 'refresh_token_ahead', { session_id: row.id, ...facts });
  return done;
}

async function endForReuse({ database, log }: Teamspace, row: Row, generation: number): Promise<void> {
  await database.whole(async (rows) => {
    if (!(await endSession(rows, row.id, 'reuse'))) return;
    await audit(rows, {
      actor: 'server',
      accountId: row.account_id,
      action: 'session.ended',
      target: row.id,
      details: { reason: 'reuse', generation, current_generation: row.generation },
    });
  });
  log('warn', 'refresh_token_reused', { session_id: row.id, generation, current_generation: row.generation });
}
