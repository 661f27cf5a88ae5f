import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { Fault } from '@spec-kitty/core/fault';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { foldRuns, type RunState } from '@spec-kitty/core/run/run-state';
import { shellWord } from '@spec-kitty/core/shell-word';
import { lockState } from '@spec-kitty/local/lock/lock-state';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { attemptFiles } from '@spec-kitty/local/run/attempt-files';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { LockHolder } from '@spec-kitty/core/ports/lock';

/** What is on disk of a mission's runs. */
export interface OpenedRun {
  /** Holds the journal, a folder for each attempt, and the reports. */
  readonly folder: string;
  readonly journal: FileRunJournal;
  readonly records: readonly RunRecord[];
  /** Oldest first. */
  readonly runs: readonly RunState[];
  /** Where an attempt's output is. */
  readonly logOf: (attempt: string) => string;
  /** The engine that is at it now; `null` where none is. */
  readonly engine: LockHolder | 'unknown' | null;
}

/** Looks at the runs of a mission; changes nothing. */
export function openRun({ repository }: Workspace, { missionId }: Mission): OpenedRun {
  const folder = privateDir(repository, 'runs', missionId);
  const journal = new FileRunJournal(folder);
  const records = journal.read();
  const { state, holder } = lockState(privateDir(repository, 'locks'), `run-${missionId}`);
  const engine = state === 'held' ? (holder ?? 'unknown') : null;
  const logOf = (attempt: string): string => attemptFiles(folder, attempt).log;
  return { folder, journal, records, runs: foldRuns(records), logOf, engine };
}

/** The latest run. @throws Fault `NO_RUN` where there never was one. */
export function lastRun({ runs }: OpenedRun, { directory }: Mission): RunState {
  const run = runs.at(-1);
  if (run) return run;
  throw new Fault('refused', 'NO_RUN', `No run of ${directory} was ever started.`, {
    hints: [`\`spec-kitty run --mission ${shellWord(directory)}\` starts one.`],
    details: { mission: directory },
  });
}
