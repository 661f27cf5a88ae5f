import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { TrashRecord } from '@spec-kitty/core/recovery/recoverable';
import { errorCode } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';
import { isText, isTextOrNull } from '../files/read-record.ts';
import { writeAtomically } from '../files/write-atomically.ts';

/** Name of the record in an entry of the trash. */
const NAME = 'entry.json';

/** Writes what an entry of the trash is, so that a power cut leaves it readable. */
export function writeRecord(entry: string, record: TrashRecord): void {
  writeAtomically(path.join(entry, NAME), `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads it again; `undefined` where there is none that names a folder of ours. */
export function readRecord(entry: string): TrashRecord | undefined {
  try {
    const read = JSON.parse(readText(path.join(entry, NAME)) ?? '') as Partial<TrashRecord> | null;
    return isRecord(read) ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** Whether an entry has nothing, or no more than a record that was not written to its end. */
export function isUnwritten(entry: string): boolean {
  try {
    return readdirSync(entry).every((name) => name.startsWith(`.${NAME}.`));
  } catch (error) {
    // No folder, or one that cannot be read.
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

function isRecord(read: Partial<TrashRecord> | null): read is TrashRecord {
  return (
    read?.version === 1 &&
    isName(read.folder) &&
    (read.admin === null || isName(read.admin)) &&
    [read.branch, read.commit, read.mission_id, read.lane_id].every(isTextOrNull) &&
    isText(read.reason) &&
    !Number.isNaN(Date.parse(read.removed_at ?? ''))
  );
}

/** It becomes a part of a path. */
function isName(name: unknown): boolean {
  return typeof name === 'string' && /^[^./\\][^/\\]*$/.test(name);
}
