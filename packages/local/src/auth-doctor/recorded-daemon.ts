import path from 'node:path';
import type { RecordedDaemon } from '@spec-kitty/core/auth-doctor/daemon-identity';
import { Fault } from '@spec-kitty/core/fault';
import { readText } from '../files/plain-file.ts';

/** The daemon that the predecessor's state file names: address, port, token, process. The token is not looked at. */
export function readRecordedDaemon(root: string): RecordedDaemon | null {
  const file =
    process.platform === 'win32' ? path.join(root, 'daemon', 'sync-daemon') : path.join(root, 'sync-daemon');
  try {
    const lines = readText(file)?.split('\n') ?? [];
    const [port, pid] = [Number(lines[1]), Number(lines[3])];
    const isWhole = [port, pid].every((number) => Number.isInteger(number) && number > 0);
    return isWhole ? { pid, port } : null;
  } catch (error) {
    // broad-catch: reports a state file that cannot be read as none, since nothing is ever ended on its word
    if (error instanceof Fault) return null;
    throw error;
  }
}
