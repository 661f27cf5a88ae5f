import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { parseJson } from '@spec-kitty/core/parse-json';
import type { MovedRef } from '@spec-kitty/core/run/fence/moved-refs';
import { readText } from '../../files/plain-file.ts';
import { hasFields, isTextOrNull } from '../../files/read-record.ts';
import { writeAtomically } from '../../files/write-atomically.ts';

/** What an engine leaves of the refs beside an attempt, for the one after it. */
export type KeptRefs =
  | {
      /** Every ref as it was when the attempt began. */
      readonly before: readonly (readonly [string, string])[];
      /** Branch that it works on. */
      readonly branch: string | null;
    }
  /** What was found when it ended. */
  | { readonly moved: readonly MovedRef[] };

const fileOf = (folder: string, attempt: string): string => path.join(folder, attempt, 'refs.json');

/** Keeps it on disk. @param folder of the run. */
export function keepRefs(folder: string, attempt: string, kept: KeptRefs): void {
  writeAtomically(fileOf(folder, attempt), `${JSON.stringify(kept)}\n`);
}

/** Keeps what was found until it is noted; on a disk that is full it is found once more. */
export function keepMoved(folder: string, attempt: string, moved: readonly MovedRef[]): void {
  try {
    keepRefs(folder, attempt, { moved });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'DISK_FULL') throw error;
  }
}

/** Reads it; nothing where an attempt never began, or what is there is of no use. */
export function keptRefs(folder: string, attempt: string): KeptRefs | undefined {
  const kept: unknown = parseJson(readText(fileOf(folder, attempt)) ?? '');
  return isKept(kept) ? kept : undefined;
}

function isKept(value: unknown): value is KeptRefs {
  return (
    hasFields(value, { moved: Array.isArray }) ||
    hasFields(value, { before: Array.isArray, branch: isTextOrNull })
  );
}
