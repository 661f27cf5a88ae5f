import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';

const BLOCK_BYTES = 512;

/** Bytes that a folder takes on the disk; what has several names in it counts once, and what cannot be read not at all. */
export function folderSize(root: string): number {
  const seen = new Set<number>();
  const sizeOf = (at: string): number => {
    try {
      const stats = lstatSync(at);
      if (stats.nlink > 1 && !stats.isDirectory()) {
        if (seen.has(stats.ino)) return 0;
        seen.add(stats.ino);
      }
      const below = stats.isDirectory() ? readdirSync(at) : [];
      // Windows does not say how many blocks.
      const own = stats.blocks > 0 ? stats.blocks * BLOCK_BYTES : stats.size;
      return below.reduce((sum, name) => sum + sizeOf(path.join(at, name)), own);
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      return 0;
    }
  };
  return sizeOf(root);
}
