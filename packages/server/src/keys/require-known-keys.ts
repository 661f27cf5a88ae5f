import { existsSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import type { Database, Rows } from '../database/database.ts';
import { openKeyFile } from './key-file.ts';
import { fingerprint, isEqual, Keyring } from './keyring.ts';

/**
 * Reads the keys of this server, and makes them known to the others of its database; the first server of all makes the
 * first key.
 *
 * @returns the keys without those that have been taken out of use, which a file may still have.
 * @throws Fault `KEYS_DIFFER` where it lacks one, or has another one under its name: it would turn away who others have
 *   let in. And as {@link openKeyFile}.
 */
export function requireKnownKeys(database: Database, file: string, nowIso: string): Promise<Keyring> {
  return database.whole((rows) => knownKeys(rows, file, nowIso));
}

/** {@link requireKnownKeys} as a part of some work, until the end of which nobody else changes them. */
export async function knownKeys(rows: Rows, file: string, nowIso: string): Promise<Keyring> {
  await sql`lock table token_keys in share row exclusive mode`.execute(rows);
  const known = await rows.selectFrom('token_keys').selectAll().execute();
  const inUse = known.find((one) => one.retired_at === null);
  // A new key beside theirs would only be in the way of the file that belongs here.
  if (inUse && !existsSync(file)) throw differ(inUse.id);
  const keyring = openKeyFile(file, nowIso);
  for (const { id, fingerprint: expected, retired_at: retiredAt } of known) {
    const mine = keyring.keys.find((key) => key.id === id);
    if (retiredAt === null && (!mine || !isEqual(fingerprint(mine), expected))) throw differ(id);
  }
  const missing = keyring.keys.filter((key) => !known.some(({ id }) => id === key.id));
  for (const key of missing)
    await rows
      .insertInto('token_keys')
      .values({ id: key.id, fingerprint: fingerprint(key) })
      .execute();
  const retired = known.filter((one) => one.retired_at !== null);
  const [first, ...others] = keyring.keys.filter((key) => !retired.some(({ id }) => id === key.id));
  if (!first) throw differ(keyring.current.id);
  return new Keyring([first, ...others]);
}

function differ(id: string): Fault {
  return new Fault(
    'refused',
    'KEYS_DIFFER',
    `The servers of this database make tokens with a key that this one does not have: ${id}`,
    {
      hints: [
        'Copy keys.json from the data folder of one of them; a server that runs takes it up by itself.',
      ],
      details: { key: id },
    },
  );
}
