import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A user of the operating system. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** What PostgreSQL is run as, where this program is run by somebody whom PostgreSQL refuses. */
const NOBODY: PostgresUser = { uid: 65_534, gid: 65_534 };

/**
 * Whom the embedded PostgreSQL runs as: its program refuses the superuser, so there it is the owner of the database,
 * `postgres` if there is such a user, else `nobody`.
 *
 * @param passwd text of the user database.
 * @param owner of a database that is there already.
 * @returns `undefined` for the user of this process.
 */
export function postgresUser(
  myUid: number | undefined,
  passwd: string,
  owner: PostgresUser | undefined,
): PostgresUser | undefined {
  if (myUid !== 0) return undefined;
  if (owner !== undefined && owner.uid !== 0) return owner;
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'postgres');
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : NOBODY;
}

/**
 * {@link postgresUser} on this machine. @param folder of the database; before that is there, whoever has the folder that it
 * comes into is to have it.
 */
export function postgresUserHere(folder: string): PostgresUser | undefined {
  const facts =
    statSync(folder, { throwIfNoEntry: false }) ?? statSync(path.dirname(folder), { throwIfNoEntry: false });
  return postgresUser(process.geteuid?.(), userDatabase(), facts && { uid: facts.uid, gid: facts.gid });
}

function userDatabase(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    // No such file, as on Windows: nobody is in it.
    return '';
  }
}
