import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { isMissionId } from '@spec-kitty/core/mission/resolve-handle';
import { errorCode } from '../files/disk-fault.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** A mission that the journal knows. */
export interface JournaledMission {
  readonly directory: string;
  readonly missionId: string;
}

/** The first row of a journal has the slug; a long planning text may come before it. */
const HEAD_BYTES = 65_536;

/** Missions by the slug in the first row of their journal that has one, wherever their files are now. */
export function journaledMissions(repository: Repository): readonly JournaledMission[] {
  return journalNames(repository)
    .map((name) => path.basename(name, '.jsonl'))
    .flatMap((missionId) => {
      const directory = journaledDirectory(repository, missionId);
      return directory === undefined ? [] : [{ directory, missionId }];
    });
}

/** Directory name that a mission's journal gives it; `undefined` when no row says so. */
export function journaledDirectory(repository: Repository, missionId: string): string | undefined {
  const directory = /"mission_slug": ?"([^"/\\]+)"/.exec(
    head(privateDir(repository, 'journal', `${missionId}.jsonl`)),
  )?.[1];
  return directory?.startsWith('.') ? undefined : directory;
}

/** Names of the journals, `<mission id>.jsonl`; none before the first event. */
export function journalNames(repository: Repository): readonly string[] {
  try {
    return readdirSync(privateDir(repository, 'journal')).filter(
      (name) => name.endsWith('.jsonl') && isMissionId(path.basename(name, '.jsonl')),
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Not decoded: one damaged journal must not hide the other missions. */
function head(file: string): string {
  let handle: number | undefined;
  try {
    // A named pipe would wait for a writer.
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.toString('latin1', 0, readSync(handle, bytes, 0, bytes.length, 0));
  } catch {
    // Opening that mission says what is wrong with its journal.
    return '';
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
