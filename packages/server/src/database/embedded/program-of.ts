import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import {
  findPackagedPostgres,
  installPostgres,
  type PackagedPostgres,
  postgresPackage,
} from './packaged-postgres.ts';

/**
 * The PostgreSQL that runs the database of a folder: the one that npm has brought. A newer major version cannot read what
 * an older one has made; such a database goes on with that, which was copied beside it.
 *
 * @returns the folder with `bin` and `lib`.
 * @throws Fault `EMBEDDED_DATABASE_MISSING` or `EMBEDDED_DATABASE_OLD`.
 */
export function programOf(
  folder: string,
  packaged: PackagedPostgres | undefined = findPackagedPostgres(),
): string {
  const made = majorOfCluster(folder);
  if (packaged && (made === undefined || made === majorOf(packaged.version)))
    return installPostgres(packaged, folder);
  const kept = made === undefined ? undefined : keptProgram(folder, made);
  if (kept !== undefined) return kept;
  throw packaged && made !== undefined ? tooOld(folder, made, packaged) : missing();
}

/** First number of a version, which says what it can read. */
export function majorOf(version: string): string {
  return version.split('.')[0] ?? '';
}

function majorOfCluster(folder: string): string | undefined {
  const made = path.join(folder, 'data', 'PG_VERSION');
  return existsSync(made) ? readFileSync(made, 'utf8').trim() : undefined;
}

/** The newest of a major version. */
function keptProgram(folder: string, major: string): string | undefined {
  const newest = readdirSync(folder)
    .filter((name) => name.startsWith(`program-${major}.`) && !name.endsWith('.tmp'))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1);
  return newest && path.join(folder, newest);
}

function missing(): Fault {
  return new Fault(
    'refused',
    'EMBEDDED_DATABASE_MISSING',
    `There is no PostgreSQL to run: ${postgresPackage(process.platform, process.arch)} is not installed.`,
    {
      hints: [
        'Install @spec-kitty/teamspace with its optional dependencies, or name a PostgreSQL of yours with --database-url.',
      ],
    },
  );
}

function tooOld(folder: string, made: string, { version }: PackagedPostgres): Fault {
  return new Fault(
    'refused',
    'EMBEDDED_DATABASE_OLD',
    `The database was made by PostgreSQL ${made}, whose program is not beside it any more, and this is PostgreSQL ${majorOf(version)}.`,
    {
      hints: [
        'Make a backup with the version of Teamspace that made it, then restore it into an empty folder.',
      ],
      details: { folder: path.join(folder, 'data') },
    },
  );
}
