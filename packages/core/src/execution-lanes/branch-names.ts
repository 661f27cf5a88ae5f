import { Fault } from '../fault.ts';
import { CODE_LANE_ID, PLANNING_LANE } from './lane-ids.ts';

/** What a mission's branches are named after. */
export interface MissionNames {
  /** Directory name under `kitty-specs/`. */
  readonly directory: string;
  readonly missionId: string | undefined;
  /** `mission_branch` as lanes.json or meta.json has it; it wins over everything computed (L§13.3). */
  readonly storedBranch: string | undefined;
  readonly targetBranch: string;
}

/** Where a lane's commits are. */
export interface LaneBranches {
  /** Name that a lane without a branch gets. */
  readonly create: string;
  /** Every name that an existing lane may have, the first one included, in the order to look. */
  readonly candidates: readonly string[];
}

/** A branch name taken apart. */
export interface ParsedBranch {
  /** The mission's part of the name: a slug, with its id suffix where the branch has one. */
  readonly mission: string;
  readonly mid8: string | undefined;
  /** Absent for the mission's own branch. */
  readonly lane: string | undefined;
}

const MID8 = '[0-9A-HJKMNP-TV-Z]{8}';
const WITH_MID8 = new RegExp(`^(.+)-(${MID8})$`);

/**
 * Names the branch that a mission is merged on (L§5.3): the stored one, else by id, else by directory.
 * `undefined` where a mission has no id, no number and no suffix that would identify it.
 */
export function missionBranch({ directory, missionId, storedBranch }: MissionNames): string | undefined {
  if (storedBranch !== undefined && storedBranch !== '') return storedBranch;
  if (missionId !== undefined && missionId !== '') {
    const mid8 = missionId.slice(0, 8);
    const human = directory.replace(/^\d{3}-/, '');
    return `kitty/mission-${human.endsWith(`-${mid8}`) ? human : `${human}-${mid8}`}`;
  }
  return WITH_MID8.test(directory) || /^\d{3}-/.test(directory) ? directoryBranch(directory) : undefined;
}

/**
 * Names the branches of one lane. The predecessor names mission branches by id but lane branches always
 * by directory, so an `NNN-` mission's lanes are not below its mission branch; both forms are looked for.
 */
export function laneBranches(names: MissionNames, lane: string): LaneBranches {
  if (lane === PLANNING_LANE) return { create: names.targetBranch, candidates: [names.targetBranch] };
  const create = `${directoryBranch(names.directory)}-${lane}`;
  const stored = missionBranch(names);
  const computed = missionBranch({ ...names, storedBranch: undefined });
  const others = [stored, computed].flatMap((branch) => (branch === undefined ? [] : [`${branch}-${lane}`]));
  return { create, candidates: [...new Set([create, ...others])] };
}

/** Names the folder of a lane's worktree below `.worktrees/`: the directory name verbatim, no second suffix. */
export function worktreeFolder(directory: string, lane: string): string {
  return `${directory}-${lane}`;
}

/** Takes a mission or lane branch apart, from the right; `undefined` for any other branch. */
export function parseBranch(branch: string): ParsedBranch | undefined {
  const name = /^kitty\/mission-(.+)$/.exec(branch)?.[1];
  if (name === undefined) return undefined;
  const split = /^(.+)-(lane-[a-z]+)$/.exec(name);
  const lane = split?.[2] !== undefined && CODE_LANE_ID.test(split[2]) ? split[2] : undefined;
  const mission = lane === undefined ? name : (split?.[1] ?? name);
  return { mission, mid8: WITH_MID8.exec(mission)?.[2], lane };
}

/**
 * Refuses to have work land on the branch of a lane: a merge removes it with its lane, and a lane carries code only.
 *
 * @throws Fault `TARGET_UNFIT`.
 */
export function requireNoLane(branch: string): void {
  if (parseBranch(branch)?.lane === undefined) return;
  throw new Fault('refused', 'TARGET_UNFIT', `Work cannot land on the branch of a lane: ${branch}`, {
    hints: [
      'Switch to the branch that it is for, or name that: `--target-branch` of `spec-kitty agent mission create`, `target_branch` in `meta.json`.',
    ],
    details: { target_branch: branch },
  });
}

/** What the predecessor's worktree allocator makes: it does not know the id. */
function directoryBranch(directory: string): string {
  return `kitty/mission-${WITH_MID8.test(directory) ? directory.replace(/^\d{3}-/, '') : directory}`;
}
