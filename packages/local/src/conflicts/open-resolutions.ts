import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { OpenResolution, Resolution } from '@spec-kitty/core/ports/conflict-repository';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { shellWord } from '@spec-kitty/core/shell-word';
import {
  hasFields,
  isText,
  isTextOrNull,
  isTexts,
  readRecord,
  type RecordReading,
} from '../files/read-record.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** What is kept beside the folder of a resolution, under its name. */
export interface RecordedResolution {
  readonly missionId: string;
  readonly resolution: Resolution;
}

/** Reads which conflicts of a mission somebody resolves, by lane; asks no Git. @throws Fault `RECORD_UNREADABLE`. */
export function openResolutions(
  repository: Repository,
  { directory, missionId }: Pick<Mission, 'directory' | 'missionId'>,
): readonly OpenResolution[] {
  const folder = privateDir(repository, 'conflicts');
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return (
    names
      // One that cannot be read must not hold up other missions.
      .filter((name) => name.startsWith(`${directory}-`) && name.endsWith('.json'))
      .map((name) => path.join(folder, name))
      .flatMap((file) => {
        const record = readRecord(file, recordReading(file));
        return record?.missionId === missionId ? [{ ...record.resolution, folder: folderOf(file) }] : [];
      })
      // Whoever deleted the folder has given it up, unless its commit is made; what a killed removal left is no folder.
      .filter((open) => open.commit !== null || existsSync(path.join(open.folder, '.git')))
  );
}

function folderOf(file: string): string {
  return path.join(path.dirname(file), path.basename(file, '.json'));
}

function recordReading(file: string): RecordReading<RecordedResolution> {
  return {
    check: isRecorded,
    hints: [
      `What was resolved is in ${folderOf(file)}: copy from there what you need.`,
      `Then run \`rm ${shellWord(file)}\`, and \`spec-kitty conflicts start\` opens the conflicts anew.`,
    ],
  };
}

function isRecorded(value: unknown): value is RecordedResolution {
  const line = { laneId: isTextOrNull, name: isText, packages: isTexts, commit: isText };
  const resolution = {
    laneId: isText,
    wp: isText,
    lane: isText,
    target: isText,
    met: (met: unknown) => Array.isArray(met) && met.every((one) => hasFields(one, line)),
    paths: isTexts,
    commit: isTextOrNull,
  };
  return hasFields(value, { missionId: isText, resolution: (given) => hasFields(given, resolution) });
}
