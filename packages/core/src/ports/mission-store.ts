import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';

/** The planning files of one mission: from the checkout, or from its branch's tree when it is not checked out. */
export interface MissionFiles {
  /** Reads a text file by its path inside the mission's directory; `undefined` where there is none. */
  read(path: string): string | undefined;
  /** Names of the files in a folder of the mission's directory, in byte order; empty where there is none. */
  list(folder: string): readonly string[];
}

/** One mission as found on disk. */
export interface Mission {
  /** Directory name under `kitty-specs/`: the lookup key everywhere. */
  readonly directory: string;
  readonly missionId: string;
  readonly meta: MissionMeta;
  /** Whether the mission's directory is in the primary checkout. */
  readonly checkedOut: boolean;
  /** Branch that its files were read from when they are not checked out; `undefined` when no branch has them. */
  readonly branch?: string | undefined;
  /** Commit that still has the files when no branch does, where one is at hand. */
  readonly lastCommit?: string | undefined;
  readonly files: MissionFiles;
}

/** Finds and reads missions; every reader of `--mission` goes through it. */
export interface MissionStore {
  /** Directory names under `kitty-specs/` of the primary checkout that may hold a mission, in byte order. */
  directories(): readonly string[];
  /**
   * Opens the mission that a handle names, or without one the only mission that is open, else the only one; `sole`: without
   * one no mission but the only one, for what must not meet another when it is run again.
   *
   * @throws Fault `MISSION_NOT_FOUND`, `MISSION_AMBIGUOUS_SELECTOR` or `MISSION_REQUIRED`, candidates listed.
   */
  open(handle: string | undefined, options?: { readonly sole: boolean }): Promise<Mission>;
  /** Whether something is left to do for the mission of a directory name; one that cannot be read counts as open. */
  isOpen(directory: string): boolean;
  /**
   * Opens one directory without resolving.
   *
   * @throws Fault `META_MISSING`, `META_CORRUPT` or `MISSION_ID_MISSING`, naming the file.
   */
  openDirectory(directory: string): Mission;
}
