import { type Selectable, sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import type { DeviceGrantsTable } from '../database/schema.ts';
import { type Answer, json, oauthError } from '../http/answer.ts';
import type { Asked } from '../http/endpoint.ts';
import { startSession } from '../sessions/start-session.ts';

/** How much earlier than agreed a device may ask: clocks and networks are not exact. */
const TOLERANCE_S = 0.5;
/** What asking too soon costs (RFC 8628 §3.5). */
const SLOWER_S = 5;

const EXPIRED = oauthError(400, 'expired_token', 'The code is too old; begin again.');

/** Answers a device that asks whether a person has decided (RFC 8628 §3.5). */
export function pollDevice(
  { teamspace, userAgent }: Asked<unknown>,
  deviceCode: string,
  clientId: string,
): Promise<Answer> {
  return teamspace.database.whole(async (rows) => {
    const row = await rows
      .selectFrom('device_grants')
      .leftJoin('accounts', 'accounts.id', 'device_grants.account_id')
      .selectAll('device_grants')
      .select([
        sql<boolean>`expires_at <= now() or accounts.disabled_at is not null`.as('is_over'),
        sql<boolean>`polled_at > now() - make_interval(secs => interval_s - ${TOLERANCE_S}::float8)`.as(
          'is_early',
        ),
      ])
      .where('device_hash', 'in', [...teamspace.keyring.hashes('device', deviceCode)])
      .where('device_grants.client_id', '=', clientId)
      .forUpdate('device_grants')
      .executeTakeFirst();
    if (!row || row.is_over || row.state === 'used') return EXPIRED;
    if (row.state === 'denied') return oauthError(400, 'access_denied', 'The sign-in was refused.');
    const waiting = await poll(rows, row, row.is_early);
    if (waiting) return waiting;
    const accountId = row.account_id ?? '';
    await rows
      .updateTable('device_grants')
      .set({ state: 'used' })
      .where('device_hash', '=', row.device_hash)
      .execute();
    const tokens = await startSession(rows, teamspace, {
      accountId,
      clientId,
      authFlow: 'device_code',
      scope: row.scope,
      userAgent,
    });
    await audit(rows, {
      actor: `account:${accountId}`,
      accountId,
      action: 'session.started',
      target: tokens.session_id,
      details: { auth_flow: 'device_code' },
    });
    return json(200, tokens);
  });
}

/** @returns why there are no tokens yet, if there are none. */
async function poll(
  rows: Rows,
  row: Selectable<DeviceGrantsTable>,
  isEarly: boolean,
): Promise<Answer | undefined> {
  await rows
    .updateTable('device_grants')
    .set({ polled_at: sql<Date>`now()`, interval_s: row.interval_s + (isEarly ? SLOWER_S : 0) })
    .where('device_hash', '=', row.device_hash)
    .execute();
  if (isEarly) return oauthError(400, 'slow_down', `Ask every ${row.interval_s + SLOWER_S} seconds.`);
  return row.state === 'pending'
    ? oauthError(400, 'authorization_pending', 'Nobody has decided yet.')
    : undefined;
}
