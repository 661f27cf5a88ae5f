import { bringWorktreeBack } from '../execution-lanes/bring-worktree-back.ts';
import { type LaneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MergeDeviation } from '../ports/merge-deviation.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import { undoneChanges } from './undone-changes.ts';

/**
 * Refuses a merge that lacks what a side has changed in files without a conflict: Git counts the side as merged, so nobody
 * would merge that again, and no difference of the package would show it.
 *
 * @param place worktree to repair it in, and what to do then.
 * @throws Fault `CHANGES_DROPPED` with the command that puts the changes back.
 */
export function requireChangesKept(
  { commit, sides, dropped, repaired }: MergeDeviation,
  place: { readonly laneId: string; readonly path: string; readonly hints: readonly string[] },
): void {
  if (dropped.length === 0) return;
  const files = dropped.map((file) => `:(top,literal)${file}`);
  throw new Fault(
    'refused',
    'CHANGES_DROPPED',
    `A merge in ${place.laneId} lacks what was changed in files without a conflict: ${few(dropped)}.`,
    {
      hints: [
        `Put it back: \`git -C ${shellWord(place.path)} restore --source=${shellWord(repaired)} --staged --worktree -- ${files.map(shellWord).join(' ')}\`.`,
        ...place.hints,
      ],
      details: { lane_id: place.laneId, commit, sides, paths: dropped, workspace_path: place.path },
    },
  );
}

interface LaneTip {
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly tip: string;
  readonly path: string;
}

/**
 * Refuses a lane that stands on commits of another one, since its branch was moved or reset there, and lacks what they changed:
 * to Git that is merged, so that it would be gone once both are, and no difference of the package shows it.
 *
 * @throws Fault `CHANGES_DROPPED` with the command that takes those commits out.
 */
export async function requireOthersKept(
  lanes: LaneRepository,
  view: MissionView,
  at: LaneTip,
): Promise<void> {
  const { wp, lane, tip } = at;
  const from = view.state.packages.get(wp.id)?.firstBaseCommit;
  if (!from) return;
  const others = await tipsOfOthers(lanes, view, lane);
  // Most lanes share nothing, and two questions are enough to know.
  const own = await lanes.countCommits(from, tip, ...others);
  if (own === (await lanes.countCommits(from, tip))) return;
  const sent = sentCommits(view, wp);
  for (const other of others) {
    const undone = await undoneChanges(lanes, { target: other, from, commit: tip });
    const paths = undone?.paths.filter((file) => !isOwned(wp, file)) ?? [];
    if (!undone || paths.length === 0) continue;
    const isOwn = await Promise.all(sent.map((one) => lanes.isAncestor(undone.taken, one)));
    if (!isOwn.includes(true)) throw standsOnOthers(at, { from, taken: undone.taken, paths });
  }
}

/** Lanes of packages whose commit somebody has reviewed, or is about to. */
const REVIEWED: ReadonlySet<string> = new Set(['for_review', 'in_review', 'approved']);

/**
 * Refuses a lane that has been rewritten below a package that is in review or approved, as a rebase does: a merge takes the commits
 * that were reviewed, which the lane's later ones do not contain any more.
 *
 * @throws Fault `APPROVALS_DIVERGED` with the command that brings them back.
 */
export async function requireReviewedKept(
  lanes: LaneRepository,
  { mission, state }: MissionView,
  { wp, lane, tip, worktree }: Omit<LaneTip, 'path'> & { readonly worktree: LaneState },
): Promise<void> {
  for (const id of lane.packages) {
    const { commit, slot } = state.packages.get(id) ?? {};
    if (id === wp.id || !commit || !slot || !REVIEWED.has(slot.lane)) continue;
    if ((await lanes.resolve(commit)) === undefined || (await lanes.isAncestor(commit, tip))) continue;
    if (await leavesOutCanceled(lanes, { mission, state }, { commit, tip })) continue;
    throw new Fault(
      'refused',
      'APPROVALS_DIVERGED',
      `${lane.laneId} has no more what was sent to review of ${id}: ${commit}`,
      {
        hints: [
          ...bringWorktreeBack(worktree),
          `Bring it back, also where its changes are here under another commit: \`git -C ${shellWord(worktree.path)} merge --no-edit ${commit}\`. Then run the command again.`,
          `If it shall be replaced, send it back first: \`spec-kitty agent tasks move-task ${id} --to planned --force --note "<reason>" --mission ${shellWord(mission.directory)}\`.`,
        ],
        details: { lane_id: lane.laneId, wp_id: id, commit, workspace_path: worktree.path },
      },
    );
  }
}

/** Whether a commit has work in it that was canceled since, and the lane has that no more. */
async function leavesOutCanceled(
  lanes: LaneRepository,
  { mission, state }: Pick<MissionView, 'mission' | 'state'>,
  { commit, tip }: { readonly commit: string; readonly tip: string },
): Promise<boolean> {
  for (const [id, { slot }] of state.packages) {
    if (slot.lane !== 'canceled') continue;
    const canceled = await lanes.resolve(`refs/spec-kitty/${recordedName(mission, id)}`);
    if (canceled === undefined || !(await lanes.isAncestor(canceled, commit))) continue;
    if (!(await lanes.isAncestor(canceled, tip))) return true;
  }
  return false;
}

/** What was sent to review from a lane is its own, whoever has it now. */
function sentCommits({ state }: MissionView, { id }: WorkPackage): readonly string[] {
  const known = state.packages.get(id);
  return [known?.commit, known?.lastRejection?.commit].filter((one) => typeof one === 'string');
}

function isOwned({ ownedFiles }: WorkPackage, file: string): boolean {
  return ownedFiles.length === 0 || ownedFiles.some((glob) => matchesGlob(file, glob));
}

function standsOnOthers(
  { lane, tip, path }: LaneTip,
  {
    from,
    taken,
    paths,
  }: { readonly from: string; readonly taken: string; readonly paths: readonly string[] },
): Fault {
  return new Fault(
    'refused',
    'CHANGES_DROPPED',
    `${lane.laneId} stands on the work of another lane and lacks it: ${few(paths)}. Merged, that would be gone.`,
    {
      hints: [
        `Take the commits of the other lane out: \`git -C ${shellWord(path)} rebase --quiet --onto ${shellWord(from)} ${shellWord(taken)}\`, then run the command again.`,
        'If it is meant to be gone, add --force and --note with the reason.',
      ],
      details: { lane_id: lane.laneId, commit: tip, sides: [taken], paths, workspace_path: path },
    },
  );
}

/** Commits of all other lanes: where they are, and what was sent to review from them. */
async function tipsOfOthers(
  lanes: LaneRepository,
  { state }: MissionView,
  { branches, packages }: LaneContext,
): Promise<readonly string[]> {
  const own = new Set(branches.map((branch) => `refs/heads/${branch}`));
  const tips = [...(await lanes.refs('refs/heads/kitty'))].flatMap(([ref, tip]) =>
    own.has(ref) ? [] : [tip],
  );
  const sent = [...state.packages].flatMap(([id, { commit }]) =>
    commit === null || packages.includes(id) ? [] : [commit],
  );
  return [...new Set([...tips, ...sent])];
}
