import { sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Database, Rows } from '../database/database.ts';
import { MOST_DAYS } from '../teams/service-token.ts';
import { saveKeys } from './key-file.ts';
import { fingerprint, newKey, type TokenKey } from './keyring.ts';
import { knownKeys } from './require-known-keys.ts';

/** What became of the keys. */
export interface RotatedKeys {
  readonly current: string;
  readonly retired: readonly string[];
  readonly sessionsEnded: number;
}

/**
 * Makes a new key, that all tokens to come are made with.
 *
 * An older one stays as long as a login is on it, or a service token of its time may be good. Where it is known to somebody
 * else, `endSessions` takes all of them out of use at once, with every login, link and service token.
 *
 * @throws Fault `KEYS_DIFFER` where the file is not that of the servers of the database.
 */
export async function rotateKeys(
  database: Database,
  file: string,
  { nowIso, endSessions }: { readonly nowIso: string; readonly endSessions: boolean },
): Promise<RotatedKeys> {
  const key = newKey(nowIso);
  const { staying, ...done } = await database.whole(async (rows) => {
    const { keys } = await knownKeys(rows, file, nowIso);
    const inUse = endSessions ? [] : await keysInUse(rows, keys, Date.parse(nowIso));
    const retired = keys.filter((one) => !inUse.includes(one)).map(({ id }) => id);
    await rows
      .insertInto('token_keys')
      .values({ id: key.id, fingerprint: fingerprint(key) })
      .execute();
    if (retired.length > 0)
      await rows
        .updateTable('token_keys')
        .set({ retired_at: sql<Date>`now()` })
        .where('id', 'in', retired)
        .execute();
    const sessionsEnded = endSessions ? await endAll(rows) : 0;
    await audit(rows, {
      actor: 'operator',
      action: 'key.rotated',
      target: key.id,
      details: { retired, sessionsEnded },
    });
    // Before the rows are, and with the old ones: a key too many does no harm, and rows with a key that is in no file would.
    saveKeys(file, [key, ...keys]);
    return { current: key.id, retired, sessionsEnded, staying: inUse };
  });
  saveKeys(file, [key, ...staying]);
  return done;
}

/** Each key made service tokens until the next one came, and the newest until now. */
async function keysInUse(rows: Rows, keys: readonly TokenKey[], nowMs: number): Promise<readonly TokenKey[]> {
  const going = await rows
    .selectFrom('sessions')
    .select('key_id')
    .distinct()
    .where('ended_at', 'is', null)
    .execute();
  const oldest = nowMs - MOST_DAYS * 86_400_000;
  return keys.filter(({ id }, at) => {
    const next = keys[at - 1];
    return going.some((one) => one.key_id === id) || !next || Date.parse(next.createdAt) > oldest;
  });
}

async function endAll(rows: Rows): Promise<number> {
  const { numUpdatedRows } = await rows
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()`, end_reason: 'key_revoked' })
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  // Nobody could use them any more; lists are to say so.
  await rows.deleteFrom('browser_sessions').execute();
  await rows.deleteFrom('authorization_codes').execute();
  await rows.deleteFrom('device_grants').execute();
  await rows.deleteFrom('one_time_links').execute();
  const revoked = { revoked_at: sql<Date>`now()` };
  await rows.updateTable('service_tokens').set(revoked).where('revoked_at', 'is', null).execute();
  await rows
    .updateTable('invitations')
    .set(revoked)
    .where('revoked_at', 'is', null)
    .where('accepted_at', 'is', null)
    .execute();
  return Number(numUpdatedRows);
}
