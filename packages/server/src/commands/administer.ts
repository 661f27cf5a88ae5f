import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { requireKnownKeys } from '../keys/require-known-keys.ts';
import { type DataFolder, dataFolderAt, defaultDataFolder } from '../serve/data-folder.ts';
import { withDatabase } from '../serve/open-database.ts';
import type { Database } from '../database/database.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { ServerContext } from './context.ts';
import type { PlaceFlags } from './define.ts';

/** What an administrator at the machine works with. */
export interface Desk {
  readonly database: Database;
  /** Only asked by what needs it; it must be that of the servers. @throws Fault `KEYS_DIFFER`. */
  readonly keyring: () => Promise<Keyring>;
  readonly folder: DataFolder;
}

/** Who administers by a command, in the audit log. */
export const OPERATOR = 'operator';

/** The folder that a command line names, else the usual one of this user; it need not be there. */
export function folderOf({ env }: ServerContext, { data }: PlaceFlags): DataFolder {
  const given = data ?? env['TEAMSPACE_DATA'];
  const usual = () => defaultDataFolder(process.platform, env, process.geteuid?.() === 0);
  return dataFolderAt(given === undefined || given === '' ? usual() : path.resolve(given));
}

/** The database that a command line or the environment names, if any. */
export function databaseUrlOf({ env }: ServerContext, { databaseUrl }: PlaceFlags): string | undefined {
  const given = databaseUrl ?? env['TEAMSPACE_DATABASE_URL'];
  if (given === undefined || given === '') return undefined;
  if (/^postgres(?:ql)?:\/\//.test(given)) return given;
  // It is not repeated: it may hold a password all the same.
  throw new Fault('usage', 'DATABASE_URL_INVALID', 'This is no address of a PostgreSQL.', {
    hints: ['Give one such as postgres://user:password@host:5432/teamspace'],
  });
}

export function nowIso({ nowMs }: ServerContext): string {
  return new Date(nowMs()).toISOString();
}

/**
 * Works with the database of a server that there is, whether it runs or not.
 *
 * @param schema `as it is` for what has to work with that of an earlier version, too.
 */
export function administer<T>(
  context: ServerContext,
  flags: PlaceFlags,
  work: (desk: Desk) => Promise<T>,
  schema: 'needed' | 'as it is' = 'needed',
): Promise<T> {
  const folder = folderOf(context, flags);
  return withDatabase({ url: databaseUrlOf(context, flags), folder, schema }, ({ database }) =>
    work({
      database,
      keyring: () => requireKnownKeys(database, folder.keys, nowIso(context)),
      folder,
    }),
  );
}
