import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isDoneOverride, type PackageState, sourceLane } from '../status/package-state.ts';
import { laneContext, type LaneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { requireHere } from '../execution-lanes/reviewed-commit-lost.ts';
import { laneChanges } from '../work/lane-changes.ts';
import { laneEvidence } from '../work/lane-evidence.ts';
import { type UndoneChanges, undoneChanges } from '../work/undone-changes.ts';
import { SETTLING } from './move-route.ts';
import { requireFiles, requireTarget } from '../mission/require-branch.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { requireLanded } from './require-landed.ts';

/** What the world outside the log says about a move. */
export interface MoveFacts {
  /** The commit that this move is about. */
  readonly commit: string | null;
  readonly implemented: boolean;
  /** Where the target has it; `null` unless it was looked for. */
  readonly landing: PackageState['landing'];
  /** Files of that commit which the package does not own. */
  readonly changedOutsideOwned: readonly string[];
  /** What that commit takes back of the target; `null` unless it goes to review. */
  readonly undone: UndoneChanges | null;
  readonly workspace: string | null;
  readonly executionMode: LaneEvent['execution_mode'];
}

/** Which facts are asked for. */
export interface MoveSubject {
  readonly wp: WorkPackage;
  /** Lanes that the move enters. */
  readonly lanes: readonly string[];
  /** Leaves out what is missing instead of refusing. */
  readonly force: boolean;
  /** One that begins with {@link DONE_OVERRIDE} vouches that the work is on the target; force alone does not. */
  readonly reason: string | undefined;
}

/**
 * Gathers what the guards need, and only what the lanes entered need: a note or a block asks Git nothing.
 *
 * @throws Fault naming what is missing; with force it is left out instead.
 */
export async function gatherMoveFacts(
  ports: WorkPorts,
  view: MissionView,
  subject: MoveSubject,
): Promise<MoveFacts> {
  const { wp, lanes, force } = subject;
  const facts = { ...factsOfLog(view, subject), workspace: await workspaceOf(ports, view, subject) };
  await keepBegun(ports, view, subject);
  const settles = lanes.some((lane) => SETTLING.has(lane));
  const lane = settles ? laneIfAny(view, wp, force) : undefined;
  if (!lane) return facts;

  const found = needsEvidence(view.state.packages.get(wp.id), facts, subject)
    ? await withEvidence(ports, view, { facts, subject, lane })
    : facts;
  await requireApprovable(ports, { subject, lane, commit: found.commit });
  // Of one that is done already that is said: after a squash its commit is not on the target, and nothing is amiss.
  const isDone = !force && view.state.packages.get(wp.id)?.slot.lane === 'done';
  if (lanes.includes('done') && !isDone && found.commit !== null && !isDoneOverride(subject.reason))
    return {
      ...found,
      landing: await requireLanded(await ports.lanes(), view, { wp, lane, commit: found.commit }),
    };
  return found;
}

/** Lanes in which the recorded commit is the one to judge; elsewhere it is from before, or there is none. */
const SUBMITTED = new Set(['for_review', 'in_review']);

function needsEvidence(
  known: PackageState | undefined,
  { commit }: MoveFacts,
  { lanes }: MoveSubject,
): boolean {
  if (lanes.includes('for_review')) return true;
  return lanes.includes('approved') && (commit === null || !SUBMITTED.has(sourceLane(known)));
}

/** Where the work happens that a move starts; `null` before there is a place, and for moves that start none. */
async function workspaceOf(
  ports: WorkPorts,
  view: MissionView,
  { wp, lanes }: MoveSubject,
): Promise<string | null> {
  const from = view.state.packages.get(wp.id)?.slot.lane;
  if (!lanes.includes('in_progress') || (from !== 'planned' && from !== 'claimed')) return null;
  const lane = laneIfAny(view, wp, true);
  if (!lane) return null;
  const repository = await ports.lanes();
  if (lane.planning) return repository.primary;
  const { path, present } = await repository.inspect(lane.folder, lane.branches);
  return present ? path : null;
}

function factsOfLog(
  { mission, state }: MissionView,
  { wp, lanes, force }: MoveSubject,
): Omit<MoveFacts, 'workspace'> {
  // Without its file nobody knows what there is to implement.
  if (!force && lanes.includes('in_progress')) requireFiles(mission);
  const known = state.packages.get(wp.id);
  return {
    commit: known?.commit ?? null,
    implemented: false,
    landing: null,
    changedOutsideOwned: [],
    undone: null,
    executionMode: wp.executionMode === 'planning_artifact' ? 'direct_repo' : 'worktree',
  };
}

/** What force leaves out; a disk or a Git that fails is no evidence of anything. */
const OVERRIDABLE = new Set([
  'DIRTY_WORKTREE',
  'NO_COMMITS',
  'LANE_TOUCHES_STATE',
  'OUTSIDE_OWNED_FILES',
  'CHANGES_DROPPED',
  'SUBMODULE_UNPUBLISHED',
  'WRONG_BRANCH',
]);

/** As the reviewer will be told, and force as well. */
async function undoneBy(
  lanes: LaneRepository,
  { state }: MissionView,
  { wp, lane, commit }: { readonly wp: WorkPackage; readonly lane: LaneContext; readonly commit: string },
): Promise<UndoneChanges | null> {
  const from = state.packages.get(wp.id)?.firstBaseCommit;
  if (lane.planning || !from) return null;
  return undoneChanges(lanes, { target: `refs/heads/${lane.target}`, from, commit });
}

/** Looks at the lane, and keeps the commit found there reachable before any event names it. */
async function withEvidence(
  ports: WorkPorts,
  view: MissionView,
  { facts, subject, lane }: { facts: MoveFacts; subject: MoveSubject; lane: LaneContext },
): Promise<MoveFacts> {
  const { wp, force } = subject;
  const lanes = await ports.lanes();
  try {
    // Its uncommitted files can only be seen there.
    if (lane.planning) requireTarget(view.mission, await ports.branch());
    const { commit } = await laneEvidence(lanes, view, { wp, lane });
    await lanes.keep(recordedName(view.mission, wp.id), commit);
    const changedOutsideOwned = await outsideOwned(lanes, view, { wp, lane, commit });
    const undone = await undoneBy(lanes, view, { wp, lane, commit });
    return { ...facts, commit, implemented: true, changedOutsideOwned, undone };
  } catch (error) {
    if (!force || !(error instanceof Fault) || !OVERRIDABLE.has(error.code)) throw error;
    // Force leaves out a rule, never the record of what it is about: only that commit may be merged.
    const { tip } = await lanes.inspect(lane.folder, lane.branches);
    if (tip === undefined || lane.planning) return facts;
    await lanes.keep(recordedName(view.mission, wp.id), tip);
    return { ...facts, commit: tip, undone: await undoneBy(lanes, view, { wp, lane, commit: tip }) };
  }
}

/** Nobody approves what this clone does not have. @throws Fault `REVIEWED_COMMIT_LOST`. */
async function requireApprovable(
  ports: WorkPorts,
  {
    subject: { wp, lanes, force },
    lane: { laneId, branches },
    commit,
  }: { readonly subject: MoveSubject; readonly lane: LaneContext; readonly commit: string | null },
): Promise<void> {
  if (force || commit === null || !lanes.includes('approved')) return;
  await requireHere(await ports.lanes(), { wp: wp.id, commit, laneId, branch: branches[0] });
}

/** Keeps what is canceled before anybody handed it in: a merge asks whether the next package of its lane brings it along. */
async function keepBegun(
  ports: WorkPorts,
  view: MissionView,
  { wp, lanes: entered }: MoveSubject,
): Promise<void> {
  const { slot, baseCommit: base } = view.state.packages.get(wp.id) ?? {};
  const held = slot?.lane === 'claimed' || slot?.lane === 'in_progress';
  if (!entered.includes('canceled') || !held || !base) return;
  const lane = laneIfAny(view, wp, true);
  if (!lane || lane.planning) return;
  const lanes = await ports.lanes();
  const tip = await begunIn(lanes, lane, base);
  if (tip !== undefined) await lanes.keep(recordedName(view.mission, wp.id), tip);
}

/** The tip of a lane to which people have committed something since. */
async function begunIn(
  lanes: LaneRepository,
  { folder, branches, target }: LaneContext,
  since: string,
): Promise<string | undefined> {
  const { tip } = await lanes.inspect(folder, branches);
  if (tip === undefined) return undefined;
  const landed = (await lanes.resolve(`refs/heads/${target}`)) ?? since;
  return (await lanes.commitsByPeople(tip, landed, since)).length > 0 ? tip : undefined;
}

/** As the reviewer will be told. A planning package that changes what it does not own is refused already. */
async function outsideOwned(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, commit }: { readonly wp: WorkPackage; readonly lane: LaneContext; readonly commit: string },
): Promise<readonly string[]> {
  const from = view.state.packages.get(wp.id)?.firstBaseCommit;
  if (lane.planning || wp.ownedFiles.length === 0 || !from) return [];
  return (await laneChanges(lanes, { view, wp, lane }, { from, commit })).outside;
}

function laneIfAny(view: MissionView, wp: WorkPackage, force: boolean): LaneContext | undefined {
  try {
    return laneContext(view.mission, wp.id);
  } catch (error) {
    if (force && error instanceof Fault) return undefined;
    throw error;
  }
}
