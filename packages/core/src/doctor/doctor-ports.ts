import type { UnfinishedMerge } from '../merge-pending.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogAddress } from '../ports/event-log.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';

/** The two copies of a log as they are on disk, whole; `undefined` for one that is not there. */
export interface StoredLog {
  readonly journal: LogText | undefined;
  readonly checkout: LogText | undefined;
}

/** One copy of a log. */
export interface LogText {
  readonly text: string;
  /** Path for messages. */
  readonly file: string;
}

/** What the doctor looks at besides the mission itself. */
export interface DoctorPorts {
  readonly clock: Clock;
  /** @throws Fault `LOG_CORRUPT` or `NOT_A_PLAIN_FILE` for a copy that is no text file. */
  storedLog(address: LogAddress): StoredLog;
  /** Directory names under `kitty-specs/`, those of missions on other branches included. */
  directories(): readonly string[];
  /** Those of them that have the mission's id; more than one is a mistake. */
  directoriesWith(missionId: string): readonly string[];
  /** Whether a merge of the mission has begun to move the target and is not finished. */
  unfinishedMerge(missionId: string): UnfinishedMerge | undefined;
  /** Names of the folders under `.worktrees/`, hidden ones aside. */
  worktreeFolders(): readonly string[];
  lanes(): Promise<LaneRepository>;
  viewOf(mission: Mission): Promise<MissionView>;
}
