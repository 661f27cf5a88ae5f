import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { LogAddress } from '@spec-kitty/core/ports/event-log';

/**
 * Refuses to write while a second directory has the mission's id, as a copy of the folder does: both would have one
 * journal, and each other's events.
 *
 * @throws Fault `MISSION_ID_DUPLICATE` naming the directories.
 */
export function requireOnlyDirectory(primary: string, { directory, missionId }: LogAddress): void {
  const others = directoriesWith(primary, missionId).filter((name) => name !== directory);
  if (others.length === 0) return;
  const folders = [directory, ...others].map((name) => `kitty-specs/${name}`);
  throw new Fault(
    'refused',
    'MISSION_ID_DUPLICATE',
    `These directories have the same mission_id, ${missionId}, so nothing is written: ${folders.join(', ')}`,
    {
      hints: ['Remove the copy, or give its meta.json a mission_id of its own.'],
      details: { mission_id: missionId, directories: folders },
    },
  );
}

/**
 * Directories whose `meta.json` has an id; read without judging them, as a broken mission is no obstacle.
 *
 * One buffer for all files and no text of those that do not match: half the time of reading each, in every append.
 */
export function directoriesWith(primary: string, missionId: string): readonly string[] {
  const root = path.join(primary, 'kitty-specs');
  const pattern = new RegExp(`"mission_id"\\s*:\\s*"${missionId}"`);
  const buffer = Buffer.allocUnsafe(LARGEST_META);
  return namesIn(root).filter((name) => {
    const length = readInto(buffer, [root, name, 'meta.json'].join(path.sep));
    return (
      buffer.subarray(0, length).includes(missionId) && pattern.test(buffer.toString('latin1', 0, length))
    );
  });
}

/** The id of a larger one is not found, which is no worse than not looking. */
const LARGEST_META = 256 * 1024;

/** Number of bytes read; none from what cannot be read. */
function readInto(buffer: Buffer, file: string): number {
  let descriptor: number | undefined;
  try {
    // A named pipe would wait for a writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return readSync(descriptor, buffer, 0, buffer.length, 0);
  } catch {
    // Without a file that can be read, it is no second mission.
    return 0;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    // A branch without missions.
    return [];
  }
}
