import { statSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from '@spec-kitty/local/files/disk-fault';
import { sql } from 'kysely';
import type { Teamspace } from '../teamspace.ts';
import { requireKnownKeys } from './require-known-keys.ts';

/** How long a server may go on with keys that somebody has changed or taken out of use, if nothing makes it look. */
const EVERY_MS = 5000;

/** A server's keys as they become. */
export interface FollowedKeys {
  /** Takes up what has changed, in the file or in the database. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

type Parts = Pick<Teamspace, 'database' | 'keyring' | 'log'>;

/** Keeps the keys of a server that runs to what its file and its database say, without a restart. */
export function followKeys(parts: Parts, file: string, nowIso: () => string): FollowedKeys {
  let seen = '';
  let told = '';
  let looking: Promise<void> | undefined;
  const lookOnce = async (): Promise<void> => {
    const known = await parts.database.system
      .selectFrom('token_keys')
      .select(['id', 'retired_at'])
      .orderBy('id')
      .execute();
    const now = JSON.stringify([known, stampOf(file)]);
    if (now === seen) return;
    const problem = await takeUp(parts, file, nowIso(), known);
    seen = now;
    const says = problem ? `${problem.code} ${problem.message}` : '';
    if (problem && says !== told)
      parts.log('error', 'keys_differ', { code: problem.code, error: problem.message });
    told = says;
  };
  const look = (): Promise<void> => (looking ??= lookOnce().finally(() => (looking = undefined)));
  // A database that is away is told by whoever needs it; it is asked again in a moment.
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}

/** Changes whenever somebody has written the file, replaced it, or changed who may read it. */
function stampOf(file: string): readonly number[] {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return [ino, size, mtimeMs, ctimeMs];
  } catch (error) {
    // Not there, or not for us: reading it says which.
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

/** @returns why the file is of no use, if so; the keys that the server has stay then, without those out of use. */
async function takeUp(
  { database, keyring, log }: Parts,
  file: string,
  nowIso: string,
  known: readonly { readonly id: string; readonly retired_at: Date | null }[],
): Promise<Fault | undefined> {
  const before = keyring.ids;
  let problem: Fault | undefined;
  try {
    keyring.take((await requireKnownKeys(database, file, nowIso)).keys);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    problem = error;
    const inUse = known.filter(({ retired_at: retired }) => retired === null).map(({ id }) => id);
    keyring.keep(inUse);
  }
  if (keyring.ids.join() !== before.join()) {
    log('info', 'keys_taken', { current: keyring.ids[0], keys: keyring.ids.length });
    await endLoginsOfRetired(database);
  }
  return problem;
}

/** Begun by a server that had not looked yet; no other one would let them go on. */
async function endLoginsOfRetired(database: Parts['database']): Promise<void> {
  await sql`
    update sessions set ended_at = now(), end_reason = 'key_revoked'
    where ended_at is null and key_id in (select id from token_keys where retired_at is not null)
  `.execute(database.system);
}
