import { CODE_LANE_ID } from '../execution-lanes/lane-ids.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import type { Mission } from '../ports/mission-store.ts';

/** What a repository has that may belong to the lanes of a mission. */
export interface LaneTraces {
  /** Names of folders under `.worktrees/`. */
  readonly folders: readonly string[];
  /** Short names of branches. */
  readonly branches: readonly string[];
}

/** Lanes of a mission that have a branch or a worktree, also where lanes.json is gone or says something else by now. */
export function lanesToAbandon(mission: Mission, { folders, branches }: LaneTraces): readonly LaneContext[] {
  const manifest = manifestOf(mission);
  const ids = [...folders, ...branches].flatMap((name) => /-(lane-[a-z]+)$/.exec(name)?.[1] ?? []);
  return [...new Set(ids)]
    .filter((id) => CODE_LANE_ID.test(id))
    .toSorted()
    .map((id) => contextOf(mission, manifest, id))
    .filter((lane) => folders.includes(lane.folder) || lane.branches.some((name) => branches.includes(name)));
}

/** Without it, lanes still have their usual names. */
function manifestOf(mission: Mission): Parameters<typeof contextOf>[1] {
  try {
    return readManifest(mission);
  } catch (error) {
    if (error instanceof Fault) return { mission_branch: '', lanes: [] };
    throw error;
  }
}
