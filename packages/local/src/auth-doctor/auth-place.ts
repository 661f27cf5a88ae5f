import { accessSync, constants, existsSync, realpathSync, statfsSync } from 'node:fs';
import path from 'node:path';
import type { AuthPlace } from '@spec-kitty/core/auth-doctor/doctor-facts';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';

/** Kinds of file systems whose files are on another machine, as `/proc/self/mounts` calls them. */
const NETWORK =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|afs|9p|ceph|lustre|beegfs|gpfs|glusterfs|fuse\.(?:sshfs|glusterfs|ceph\S*|rclone))$/;

/** Looks at the disk below a folder, or below where it would be made; nothing is written to find out whether it could be. */
export function authPlace(folder: string): AuthPlace {
  let at = folder;
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at);
  return { path: at, isWritable: isWritable(at), freeBytes: freeBytes(at), network: networkOf(at) };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    // broad-catch: reports a refusal of the file system as not writable
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    // broad-catch: reports what the file system does not tell as not known
    if (errorCode(error) === undefined) throw error;
    return null;
  }
}

/** Only Linux lists what is mounted in a file. */
function networkOf(folder: string): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return networkMount(readText('/proc/self/mounts') ?? '', realpathSync(folder));
  } catch (error) {
    // broad-catch: reports a file system of processes that a sandbox hides as not known
    if (errorCode(error) === undefined && !(error instanceof Fault)) throw error;
    return null;
  }
}

/** Kind of the network file system that a path is on; `null` for one of this machine. */
export function networkMount(mounts: string, file: string): string | null {
  const [nearest] = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, point = '', kind = '']) => ({ point: unescaped(point), kind }))
    .filter(({ point }) => point !== '' && isBelow(point, file))
    // Of two on one point the later one hides the other.
    .toReversed()
    .toSorted((a, b) => b.point.length - a.point.length);
  return nearest && NETWORK.test(nearest.kind) ? nearest.kind : null;
}

function isBelow(point: string, file: string): boolean {
  return file === point || file.startsWith(point.endsWith('/') ? point : `${point}/`);
}

/** Spaces and the like are written in octal there. */
function unescaped(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
