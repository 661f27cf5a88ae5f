import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import { lookAgain } from './look-again.ts';
import { endOperation } from '../execution-lanes/end-operation.ts';
import { UNSHALLOW } from '../execution-lanes/unshallow.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isOwnPath } from '../own-paths.ts';
import { shellWord } from '../shell-word.ts';
import type { PackageState } from '../status/package-state.ts';
import { laneChanges } from './lane-changes.ts';
import { requireChangesKept, requireOthersKept, requireReviewedKept } from './require-changes-kept.ts';
import type { LaneContext } from '../execution-lanes/lane-context.ts';
import { unsentMerges } from './lane-merges.ts';
import { requireTargetKept } from './require-target-kept.ts';
import { planningWork } from './planning-lane.ts';

/** What a lane proves about one package. */
export interface LaneEvidence {
  /** Commit that goes to review. */
  readonly commit: string;
  /** Of those by people that change a file. */
  readonly commitCount: number;
  /** Whether they leave every file as it was, as a commit and its revert do. */
  readonly isUndone: boolean;
  /** Folder of the checkout that has it. */
  readonly root: string;
}

/**
 * Looks at a lane before its package goes to review: everything committed, a file changed by a commit since the claim,
 * and nothing touched of Spec Kitty's own files.
 *
 * @throws Fault `LANE_BRANCH_MISMATCH`, `DIRTY_WORKTREE`, `NO_COMMITS`, `LANE_TOUCHES_STATE`, `SUBMODULE_UNPUBLISHED`, `CHANGES_DROPPED`, `APPROVALS_DIVERGED` or `OUTSIDE_OWNED_FILES`, with what repairs it.
 */
export async function laneEvidence(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane }: { wp: WorkPackage; lane: LaneContext },
): Promise<LaneEvidence> {
  const base = startOf(view.state.packages.get(wp.id));
  const evidence = lane.planning
    ? await planningEvidence(lanes, view, { wp, lane, base })
    : await codeEvidence(lanes, view, { wp, lane, base });
  if (evidence.commitCount > 0 && !evidence.isUndone) return evidence;
  throw new Fault(
    'refused',
    'NO_COMMITS',
    evidence.isUndone
      ? `${wp.id} changes no file: what its commits did since it was claimed is taken back.`
      : `${wp.id} has no commit that changes a file since it was claimed.`,
    {
      hints: [
        `Commit the work on ${lane.planning ? lane.target : (lane.branches[0] ?? lane.laneId)}, then run the command again.`,
        'If there is nothing to change, add --force and --note with the reason.',
      ],
      details: { wp_id: wp.id, base_commit: base, commit: evidence.commit },
    },
  );
}

/** Where the work to be shown begins: what is there is kept by whoever takes it over, and what was rejected needs a fix. */
function startOf(known: PackageState | undefined): string | null {
  const rejection = known?.lastRejection ?? null;
  return rejection === null
    ? (known?.firstBaseCommit ?? null)
    : (rejection.commit ?? known?.baseCommit ?? null);
}

interface Subject {
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly base: string | null;
}

async function codeEvidence(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, base }: Subject,
): Promise<LaneEvidence> {
  const handle = view.mission.directory;
  const state = await lanes.inspect(lane.folder, lane.branches);
  const { branch, tip, path, dirty, unwatched } = state;
  if (tip === undefined) {
    throw new Fault('refused', 'NO_COMMITS', `The branch of ${wp.id} does not exist: ${branch}`, {
      hints: [
        `Claim the package first: \`spec-kitty agent action implement ${wp.id} --agent <agent> --mission ${shellWord(handle)}\`.`,
      ],
      details: { wp_id: wp.id, branch },
    });
  }
  await requireTargetKept(lanes, view);
  await requireOnBranch(lanes, lane, { ...state, tip });
  if (dirty.length > 0) {
    throw new Fault('refused', 'DIRTY_WORKTREE', `${wp.id} has uncommitted changes: ${few(dirty)}.`, {
      hints: [
        ...lookAgain(path, unwatched),
        `Commit them: \`git -C ${shellWord(path)} add -A\`, then \`git -C ${shellWord(path)} commit -m "<what you did>"\`.`,
      ],
      details: { wp_id: wp.id, workspace_path: path, dirty_paths: dirty },
    });
  }
  const resolved = await requireMergesWhole(lanes, view, { wp, lane, tip, path });
  await requireReviewedKept(lanes, view, { wp, lane, tip, worktree: state });
  await requireOthersKept(lanes, view, { wp, lane, tip, path });
  await requireCodeOnly(lanes, lane, { tip, again: 'Then run the command again.' });
  await requirePublished(lanes, { wp, lane, path });
  // What came from the target is nobody's work here.
  const target = (await lanes.resolve(`refs/heads/${lane.target}`)) ?? tip;
  const commits = await lanes.commitsByPeople(tip, target, ...(base === null ? [] : [base]));
  const commitCount = commits.filter(({ paths }) => paths.length > 0).length;
  // Where conflicts are resolved is work as well.
  const touched = new Set([...commits.flatMap(({ paths }) => paths), ...resolved]);
  const isUndone = commitCount > 0 && !(await changesAny(lanes, view, { wp, lane, base, tip, touched }));
  return { commit: tip, commitCount, isUndone, root: path };
}

/** Whether one of the paths that were touched since `base` is not as it was, and the package as a whole changes something. */
async function changesAny(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, base, tip, touched }: Subject & { readonly tip: string; readonly touched: ReadonlySet<string> },
): Promise<boolean> {
  const first = view.state.packages.get(wp.id)?.firstBaseCommit ?? base;
  if (base === null || first === null) return true;
  const since = async (from: string) => {
    const { owned, outside, ofOthers } = await laneChanges(lanes, { view, wp, lane }, { from, commit: tip });
    // To take a file where Git suggests that it goes is work as well, wherever that is.
    return [...owned, ...outside, ...ofOthers];
  };
  const whole = await since(first);
  // A fix may be that something is as the target has it.
  const fixed = base === first ? whole : [...(await since(base)), ...(await lanes.changedSince(base, tip))];
  return whole.length > 0 && fixed.some((path) => touched.has(path));
}

/** @returns the paths of which people have resolved conflicts. @throws Fault `CHANGES_DROPPED`. */
async function requireMergesWhole(
  lanes: LaneRepository,
  view: MissionView,
  at: { readonly wp: WorkPackage; readonly lane: LaneContext; readonly tip: string; readonly path: string },
): Promise<readonly string[]> {
  const { lane, path } = at;
  const merges = await unsentMerges(lanes, view, at);
  for (const merge of merges)
    requireChangesKept(merge, {
      laneId: lane.laneId,
      path,
      hints: [
        `Commit that: \`git -C ${shellWord(path)} commit -m 'Put back what a merge dropped'\`, then run the command again.`,
        'If it is meant to be gone, add --force and --note with the reason; the reviewer is shown the merge.',
      ],
    });
  return merges.flatMap(({ conflicts }) => conflicts);
}

/** What a reviewer finds in the worktree has to be what is recorded. @throws Fault `LANE_BRANCH_MISMATCH`. */
async function requireOnBranch(
  lanes: LaneRepository,
  { laneId }: LaneContext,
  { branch, tip, path, astray }: LaneState & { readonly tip: string },
): Promise<void> {
  if (!astray) return;
  const git = `git -C ${shellWord(path)}`;
  const ahead = await lanes.isAncestor(tip, astray.commit);
  throw new Fault(
    'refused',
    'LANE_BRANCH_MISMATCH',
    `The worktree of ${laneId} is on ${astray.on ?? 'a detached HEAD'}, not on ${branch}: ${path}`,
    {
      hints: astray.by
        ? [`A ${astray.by} is under way there. ${endOperation(path, astray.by)}; then run the command again.`]
        : ahead
          ? [`Move the branch to what is there: \`${git} switch -C ${shellWord(branch)}\`.`]
          : [
              `Go back to the branch: \`${git} switch ${shellWord(branch)}\`.`,
              `If what is there is wanted, merge it then: \`${git} merge ${astray.commit}\`.`,
            ],
      details: {
        lane_id: laneId,
        expected: branch,
        found: astray.on,
        commit: astray.commit,
        workspace_path: path,
      },
    },
  );
}

/** What the lane names of its submodules goes with it nowhere. @throws Fault `SUBMODULE_UNPUBLISHED`. */
async function requirePublished(
  lanes: LaneRepository,
  { wp, lane, path: root }: { wp: WorkPackage; lane: LaneContext; path: string },
): Promise<void> {
  const submodules = await lanes.unpublishedSubmodules(lane.folder);
  const [first] = submodules;
  if (!first) return;
  const named = few(submodules.map(({ path, commit }) => `${path} at ${commit}`));
  const at = shellWord(`${root}/${first.path}`);
  throw new Fault(
    'refused',
    'SUBMODULE_UNPUBLISHED',
    `${wp.id} needs commits of submodules that only its lane has: ${named}`,
    {
      hints: [
        `Push them: \`git -C ${at} push origin HEAD:refs/heads/<branch>\`, then run the command again.`,
        'If that is for later, add --force and --note with the reason.',
      ],
      details: { wp_id: wp.id, workspace_path: root, submodules },
    },
  );
}

/**
 * Refuses a lane whose own changes touch files of Spec Kitty (three-dot difference from the target).
 *
 * @param again what to do once they are put back.
 * @param folder where that is done, and nothing needs to be committed; the lane's worktree unless given.
 * @throws Fault `LANE_TOUCHES_STATE` or `UNRELATED_HISTORIES` with the commands that repair it.
 */
export async function requireCodeOnly(
  lanes: LaneRepository,
  lane: LaneContext,
  { tip, again, folder }: { readonly tip: string; readonly again: string; readonly folder?: string },
): Promise<void> {
  const target = `refs/heads/${lane.target}`;
  const changed = await lanes.changedSince(target, tip).catch(async (error: unknown) => {
    throw (await lanes.mergeBase(target, tip)) === undefined
      ? await unrelated(lanes, lane, { tip, again })
      : error;
  });
  const touched = changed.filter(isOwnPath);
  if (touched.length === 0) return;
  const path = folder ?? (await lanes.inspect(lane.folder, lane.branches)).path;
  const folders = [...new Set(touched.map((file) => file.split('/')[0]))].join(' ');
  const base = (await lanes.mergeBase(target, tip)) ?? lane.target;
  const at = shellWord(path);
  throw new Fault(
    'refused',
    'LANE_TOUCHES_STATE',
    `${lane.laneId} changes files of Spec Kitty, which have no place in a lane: ${few(touched)}.`,
    {
      hints: [
        `Put them back: \`git -C ${at} restore --source=${shellWord(base)} --staged --worktree -- ${folders}\`.`,
        ...(folder ? [] : [`Commit that: \`git -C ${at} commit -m 'Put the files of Spec Kitty back'\`.`]),
        again,
      ],
      details: { lane_id: lane.laneId, paths: touched, workspace_path: path },
    },
  );
}

async function unrelated(
  lanes: LaneRepository,
  { laneId, target, folder, branches }: LaneContext,
  { tip, again }: { readonly tip: string; readonly again: string },
): Promise<Fault> {
  const details = { lane_id: laneId, commit: tip, target_branch: target };
  if (await lanes.isShallow())
    return new Fault(
      'refused',
      'UNRELATED_HISTORIES',
      `This is a shallow clone, which lacks the commit that ${laneId} and ${target} have in common: ${tip}`,
      { hints: [UNSHALLOW], details },
    );
  const at = shellWord((await lanes.inspect(folder, branches)).path);
  return new Fault(
    'refused',
    'UNRELATED_HISTORIES',
    `${laneId} and ${target} have no commit in common, as if ${target} had been begun anew: ${tip}`,
    {
      hints: [
        `If that was a mistake, find its earlier commit with \`git reflog show ${shellWord(target)}\`, and take it back there.`,
        `If not, move the lane's own commits onto it: \`git -C ${at} rebase --onto ${shellWord(target)} <earlier commit>\`. ${again}`,
      ],
      details,
    },
  );
}

async function planningEvidence(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, base }: Subject,
): Promise<LaneEvidence> {
  const commit = (await lanes.resolve(`refs/heads/${lane.target}`)) ?? '';
  const dirty = await lanes.dirtyInPrimary(wp.ownedFiles.map((glob) => `:(glob)${glob}`));
  if (dirty.length > 0) {
    throw new Fault('refused', 'DIRTY_WORKTREE', `${wp.id} has uncommitted changes: ${few(dirty)}.`, {
      hints: [`Commit them on ${lane.target}, then run the command again.`],
      details: { wp_id: wp.id, dirty_paths: dirty },
    });
  }
  const root = lanes.primary;
  if (base === null) return { commit, commitCount: 1, isUndone: false, root };
  const { commitCount } = await planningWork(lanes, view, { wp, base, tip: commit });
  // Between a rejection and the next claim its authors may have worked on other packages of this branch.
  const known = view.state.packages.get(wp.id);
  const claimed = (known?.lastRejection ? known.baseCommit : null) ?? base;
  const { outside, isApart } = await planningWork(lanes, view, { wp, base: claimed, tip: commit });
  if (outside.length > 0) {
    const putBack = `If ${wp.id} changed them, put them back: \`git restore --source=${shellWord(claimed)} --staged --worktree -- ${outside.map(shellWord).join(' ')}\`, then commit that.`;
    const leave = `If they are other work, leave them: \`spec-kitty agent tasks move-task ${wp.id} --to for_review --force --note "<reason>" --mission ${shellWord(view.mission.directory)}\`.`;
    throw new Fault(
      'refused',
      'OUTSIDE_OWNED_FILES',
      `Commits of ${wp.id} also change files it does not own: ${few(outside)}.`,
      {
        // Nobody's work of another kind is taken back at a word of ours.
        hints: isApart ? [leave, putBack] : [putBack, leave],
        details: { wp_id: wp.id, paths: outside },
      },
    );
  }
  return { commit, commitCount, isUndone: false, root };
}
