import { randomBytes, randomUUID } from 'node:crypto';
import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import { cleanName } from '../accounts/clean-name.ts';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import type { Keyring } from '../keys/keyring.ts';
import { SERVICE_PREFIX } from './authenticate-service.ts';
import type { Scope } from './roles.ts';

/** What a program without a person is to be allowed. */
export interface NewServiceToken {
  readonly teamId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
  /** `null` for the operator at the machine. */
  readonly by: string | null;
}

/** Longer than that, nobody remembers what a token is for. */
export const MOST_DAYS = 366;

/** Makes a token. @returns its text, which is stored nowhere. @throws Fault `NAME_EMPTY`, `SCOPES_EMPTY`. */
export async function createServiceToken(
  rows: Rows,
  keyring: Keyring,
  { teamId, name: given, scopes, days, by }: NewServiceToken,
): Promise<string> {
  const name = cleanName(given);
  if (name === '')
    throw new Fault('refused', 'NAME_EMPTY', 'A name has at least one character that can be seen.');
  if (scopes.length === 0) throw new Fault('refused', 'SCOPES_EMPTY', 'A token has at least one scope.');
  const text = SERVICE_PREFIX + randomBytes(32).toString('base64url');
  const id = randomUUID();
  await rows
    .insertInto('service_tokens')
    .values({
      id,
      team_id: teamId,
      name,
      token_hash: keyring.hashes('service', text)[0],
      scopes: [...scopes],
      created_by: by,
      expires_at: sql<Date>`now() + make_interval(days => ${days})`,
    })
    .execute();
  await audit(rows, {
    actor: by === null ? 'operator' : `account:${by}`,
    teamId,
    action: 'service_token.created',
    target: id,
    details: { name, scopes, days },
  });
  return text;
}

/** Ends a token of a team. @returns whether there was one to end. */
export async function revokeServiceToken(
  rows: Rows,
  teamId: string,
  id: string,
  actor: string,
): Promise<boolean> {
  const { numUpdatedRows } = await rows
    .updateTable('service_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('team_id', '=', teamId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await audit(rows, { actor, teamId, action: 'service_token.revoked', target: id });
  return true;
}
