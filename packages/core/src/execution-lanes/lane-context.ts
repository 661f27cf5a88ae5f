import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { laneBranches, missionBranch, worktreeFolder } from './branch-names.ts';
import { CODE_LANE_ID, PLANNING_LANE } from './lane-ids.ts';
import { laneOf, readLanes } from './read-lanes.ts';
import { Fault } from '../fault.ts';
import { listed } from '../listed.ts';
import { requireFiles } from '../mission/require-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { shellWord } from '../shell-word.ts';
import type { Place } from '../status/rows/json-place.ts';

/** Where the work of one package happens. */
export interface LaneContext {
  readonly laneId: string;
  /** Planning packages are worked on in the primary checkout, on the target branch. */
  readonly planning: boolean;
  /** Packages of the lane, in the order in which they are worked on. */
  readonly packages: readonly string[];
  /** Folder of the worktree under `.worktrees/`. */
  readonly folder: string;
  /** Names of the lane's branch; a new lane gets the first. */
  readonly branches: readonly string[];
  readonly missionBranch: string;
  readonly target: string;
}

/** Reads lanes.json. @throws Fault `NOT_FINALIZED` where there is none, `LANES_CORRUPT` naming it. */
export function readManifest(mission: Mission): LanesManifest {
  const text = mission.files.read('lanes.json');
  if (text === undefined) {
    requireFiles(mission);
    throw new Fault('refused', 'NOT_FINALIZED', `${mission.directory} has no lanes yet.`, {
      hints: [`Run \`spec-kitty agent mission finalize-tasks --mission ${shellWord(mission.directory)}\`.`],
    });
  }
  const read = readLanes(text);
  if (!read.ok) throw corrupt(mission, read.message, read.place);
  const odd = read.manifest.lanes.find(({ lane_id: id }) => id !== PLANNING_LANE && !CODE_LANE_ID.test(id));
  // The id becomes part of a path and of a branch name.
  if (odd)
    throw corrupt(mission, `lanes.json has a lane with an impossible id: ${JSON.stringify(odd.lane_id)}.`);
  return read.manifest;
}

/** Finds the lane of a package. @throws Fault `LANE_NOT_FOUND`, or those of {@link readManifest}. */
export function laneContext(mission: Mission, wp: string): LaneContext {
  const manifest = readManifest(mission);
  const lane = laneOf(manifest, wp);
  if (lane) return contextOf(mission, manifest, lane.lane_id);
  throw laneNotFound(mission, wp);
}

/** What refuses to go on with a package that lanes.json has in no lane. */
export function laneNotFound(mission: Pick<Mission, 'directory'>, wp: string): Fault {
  return new Fault('refused', 'LANE_NOT_FOUND', `${wp} is in no lane of ${mission.directory}.`, {
    hints: [
      `Run \`spec-kitty agent mission finalize-tasks --mission ${shellWord(mission.directory)}\` again.`,
    ],
    details: { wp_id: wp },
  });
}

/** Refuses a name that no lane of a mission has. @throws Fault `LANE_NOT_FOUND` with those that there are. */
export function requireLane(mission: Mission, laneId: string): void {
  const known = readManifest(mission).lanes.map(({ lane_id: id }) => id);
  if (known.includes(laneId)) return;
  throw new Fault(
    'refused',
    'LANE_NOT_FOUND',
    `${mission.directory} has no lane ${JSON.stringify(laneId)}.`,
    {
      hints: [`Its lanes: ${listed(known)}.`],
      details: { lane_id: laneId, lanes: known },
    },
  );
}

/** Name under which the recorded commits of a package stay reachable. */
export function recordedName({ missionId }: Mission, wp: string): string {
  return `recorded/${missionId}/${wp}`;
}

/** Describes one lane of a manifest that has been read. */
export function contextOf(
  mission: Mission,
  manifest: Pick<LanesManifest, 'mission_branch' | 'lanes'>,
  laneId: string,
): LaneContext {
  const target = targetBranch(mission.meta);
  const names = {
    directory: mission.directory,
    missionId: mission.missionId,
    storedBranch: manifest.mission_branch || undefined,
    targetBranch: target,
  };
  return {
    laneId,
    planning: laneId === PLANNING_LANE,
    packages: manifest.lanes.find(({ lane_id }) => lane_id === laneId)?.wp_ids ?? [],
    folder: worktreeFolder(mission.directory, laneId),
    branches: laneBranches(names, laneId).candidates,
    missionBranch: missionBranch(names) ?? '',
    target,
  };
}

function corrupt(mission: Mission, message: string, place?: Place): Fault {
  return new Fault('refused', 'LANES_CORRUPT', message, {
    hints: [
      `Run \`spec-kitty agent mission finalize-tasks --mission ${shellWord(mission.directory)}\` to compute it anew.`,
    ],
    details: { file: `kitty-specs/${mission.directory}/lanes.json`, ...place },
  });
}
