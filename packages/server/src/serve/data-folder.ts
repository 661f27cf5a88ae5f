import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { diskFault, errorCode } from '@spec-kitty/local/files/disk-fault';
import { writeAtomically } from '@spec-kitty/local/files/write-atomically';

/** What a server keeps outside of its database. */
export interface DataFolder {
  readonly root: string;
  /** Of the keys that tokens are made with; every server of one database needs the same. */
  readonly keys: string;
  readonly postgres: string;
}

/** Where a server keeps what it has, unless it is told. */
export function defaultDataFolder(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): string {
  const place = platform === 'win32' ? path.win32 : path.posix;
  if (isRoot) return '/var/lib/spec-kitty-teamspace';
  const home = env['HOME'] ?? '';
  if (platform === 'win32')
    return place.join(env['LOCALAPPDATA'] ?? env['USERPROFILE'] ?? '', 'spec-kitty', 'teamspace');
  if (platform === 'darwin')
    return place.join(home, 'Library', 'Application Support', 'spec-kitty', 'teamspace');
  const data = env['XDG_DATA_HOME'];
  return place.join(
    data !== undefined && data !== '' ? data : place.join(home, '.local', 'share'),
    'spec-kitty',
    'teamspace',
  );
}

/** What a server keeps in a folder, whether that is there or not. */
export function dataFolderAt(root: string): DataFolder {
  return { root, keys: path.join(root, 'keys.json'), postgres: path.join(root, 'postgres') };
}

/** Whether a server has made its embedded database in a folder, as far as this user may see. */
export function hasDatabase({ postgres }: DataFolder): boolean {
  try {
    return statSync(path.join(postgres, 'data', 'PG_VERSION'), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Whoever may not look gets told so by the first thing that has to be opened.
    if (errorCode(error) === 'EACCES') return true;
    if (errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Makes the folder where there is none. Its parts have permissions of their own; it only has to be passed through.
 *
 * @throws Fault `DATA_FOLDER_UNUSABLE` or `READ_ONLY`.
 */
export function openDataFolder(root: string): DataFolder {
  try {
    if (mkdirSync(root, { recursive: true }) !== undefined) chmodSync(root, 0o711);
  } catch (error) {
    throw /^(?:EEXIST|ENOTDIR)$/.test(errorCode(error) ?? '')
      ? noFolder(root, error)
      : diskFault(error, root);
  }
  return dataFolderAt(root);
}

function noFolder(root: string, cause: unknown): Fault {
  return new Fault('usage', 'DATA_FOLDER_UNUSABLE', `This is no folder, and cannot become one: ${root}`, {
    hints: ['Name another one with --data.'],
    details: { folder: root },
    cause,
  });
}

/** The password of the embedded database, made of nothing but chance when it is first asked for. */
export function databasePassword({ root }: DataFolder): string {
  const file = path.join(root, 'database-password');
  if (!existsSync(file))
    writeAtomically(file, randomBytes(24).toString('base64url'), { mode: 0o600, staysWithFolder: true });
  return readFileSync(file, 'utf8').trim();
}
