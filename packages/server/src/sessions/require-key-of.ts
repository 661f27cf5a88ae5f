import type { Selectable } from 'kysely';
import type { SessionsTable } from '../database/schema.ts';
import { lacksKeys } from '../keys/keyring.ts';
import type { Teamspace } from '../teamspace.ts';

/**
 * Keeps a server from judging the tokens of a login whose key has not come to it yet: it would take good ones for
 * forged, and a repeated attempt for theft.
 *
 * @throws Fault `KEYS_AWAITED`, which is answered with 503.
 */
export async function requireKeyOf(
  { keyring, lookAtKeys }: Teamspace,
  { key_id: id, ended_at: ended }: Pick<Selectable<SessionsTable>, 'key_id' | 'ended_at'>,
): Promise<void> {
  if (ended !== null || keyring.has(id)) return;
  await lookAtKeys?.();
  if (!keyring.has(id)) throw lacksKeys([id]);
}
