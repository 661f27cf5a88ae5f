import { counted } from '../counted.ts';
import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { LaneCommit } from '../ports/integration.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isOwnPath } from '../own-paths.ts';
import { parseInstant } from '../parse-instant.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { shellWord } from '../shell-word.ts';
import { isSettled } from '../status/package-state.ts';
import { bringWorktreeBack } from '../execution-lanes/bring-worktree-back.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { canceledOnTop } from '../work/canceled-on-top.ts';
import { requireCodeOnly } from '../work/lane-evidence.ts';
import { reviewedCommitLost } from '../execution-lanes/reviewed-commit-lost.ts';
import type { LaneMerge, MergePlan } from './plan-merge.ts';
import { lookAgain } from '../work/look-again.ts';

/**
 * Finds the commit of each lane that reviews approved, and makes sure that it is all there is.
 *
 * @param looks gets how each lane was found.
 * @throws Fault `UNREVIEWED_COMMITS`, `APPROVAL_WITHOUT_COMMIT`, `APPROVALS_DIVERGED`, `REVIEWED_COMMIT_LOST`, `PLANNING_NOT_ON_TARGET` or `LANE_TOUCHES_STATE`.
 */
export async function laneCommits(
  lanes: LaneRepository,
  view: MissionView,
  plan: MergePlan,
  looks: Map<string, LaneState> = new Map(),
): Promise<readonly LaneCommit[]> {
  const manifest = readManifest(view.mission);
  const reviews = [];
  for (const merge of plan.lanes) {
    const lane = contextOf(view.mission, manifest, merge.laneId);
    reviews.push({ merge, lane, tip: await reviewedCommit(lanes, view, { merge, lane, looks }) });
  }
  const target = `refs/heads/${targetBranch(view.mission.meta)}`;
  const tops = await lanes.topsChangedSince(
    target,
    reviews.map(({ tip }) => tip),
  );
  const found: LaneCommit[] = [];
  for (const [at, { merge, lane, tip }] of reviews.entries()) {
    if (tops[at]?.some(isOwnPath) !== false)
      await requireCodeOnly(lanes, lane, { tip, again: sendToReview(view, merge) });
    const reviewed = merge.packages.map((wp, index) => ({ wp, commit: merge.commits[index] ?? null }));
    const base = view.state.packages.get(lane.packages[0] ?? '')?.firstBaseCommit ?? null;
    const reviewedAtMs = reviewedAt(view, merge);
    found.push({ laneId: merge.laneId, packages: merge.packages, commit: tip, base, reviewed, reviewedAtMs });
  }
  await requirePlanningLanded(lanes, view, plan);
  await requireFoundations(lanes, view, found);
  await requireNothingCanceled(lanes, view, found);
  return found;
}

function reviewedAt({ state }: MissionView, { packages }: LaneMerge): number {
  const times = packages.map((wp) => parseInstant(state.packages.get(wp)?.slot.last_transition_at ?? ''));
  return Math.max(0, ...times.map((microseconds) => (microseconds ?? 0) / 1000));
}

async function reviewedCommit(
  lanes: LaneRepository,
  view: MissionView,
  { merge, lane, looks }: { merge: LaneMerge; lane: LaneContext; looks: Map<string, LaneState> },
): Promise<string> {
  const found = await lanes.inspect(lane.folder, lane.branches);
  looks.set(merge.laneId, found);
  const wp = merge.packages.at(-1) ?? '';
  const recorded = merge.commits.filter((commit) => commit !== null);
  requireRecorded(view, merge, found);
  for (const commit of recorded) {
    if (commit !== found.tip && (await lanes.resolve(commit)) === undefined)
      throw reviewedCommitLost({ wp, commit, laneId: merge.laneId, branch: lane.branches[0] });
  }
  // Packages approved by the predecessor name no commit: what is on their branch is what was approved.
  const newest = (await newestOf(lanes, view, { merge, found, commits: recorded })) ?? found.tip;
  if (newest === undefined) throw nothingApproved(view, merge, found);
  const tips = [found.tip, found.astray?.commit].filter((tip) => tip !== undefined);
  const ahead = tips.filter((tip) => tip !== newest);
  const newer = Math.max(0, ...(await Promise.all(ahead.map((tip) => lanes.countCommits(newest, tip)))));
  if (newer > 0) {
    const canceled = { lane, found, newest, again: sendToReview(view, merge) };
    throw (await canceledOnTop(lanes, view, canceled)) ?? unreviewed(view, { merge, found, newest, newer });
  }
  if (found.dirty.length > 0) throw uncommitted(view, merge, found);
  return newest;
}

/** A package that was claimed here has a commit of its own on record, or nobody can say what was approved. */
function requireRecorded(view: MissionView, merge: LaneMerge, { tip, branch }: LaneState): void {
  const wp = merge.packages.find((id, index) => {
    const commit = merge.commits[index] ?? null;
    const claimedHere = view.state.packages.get(id)?.firstBaseCommit != null;
    return commit === null ? claimedHere : !/^[0-9a-f]{40,64}$/.test(commit);
  });
  if (wp === undefined) return;
  throw new Fault(
    'refused',
    'APPROVAL_WITHOUT_COMMIT',
    `The approval of ${wp} names no commit; nothing was changed.`,
    {
      hints: [
        ...(tip === undefined
          ? [`Its branch is gone: bring it back with \`git branch ${shellWord(branch)} <commit>\`.`]
          : []),
        sendToReview(view, { ...merge, packages: [wp] }),
      ],
      details: { lane_id: merge.laneId, wp_id: wp },
    },
  );
}

/** Approved by force before anybody worked on it, or by the predecessor in another clone. */
function nothingApproved({ mission }: MissionView, merge: LaneMerge, { branch }: LaneState): Fault {
  const wp = merge.packages.at(-1) ?? '';
  const back = `spec-kitty agent tasks move-task ${wp} --to planned --force --note "<reason>" --mission ${shellWord(mission.directory)}`;
  return new Fault(
    'refused',
    'APPROVAL_WITHOUT_COMMIT',
    `The approval of ${wp} names no commit, and its lane has none; nothing was changed.`,
    {
      hints: [
        `Start it again with \`${back}\`, then claim it.`,
        `If its work is in another clone, bring its branch here: \`git branch ${shellWord(branch)} <commit>\`.`,
      ],
      details: { lane_id: merge.laneId, wp_id: wp },
    },
  );
}

function unreviewed(
  view: MissionView,
  { merge, found, newest, newer }: { merge: LaneMerge; found: LaneState; newest: string; newer: number },
): Fault {
  const commits = `${counted(newer, 'commit')} that no review has seen`;
  return new Fault('refused', 'UNREVIEWED_COMMITS', `${merge.laneId} has ${commits}; nothing was changed.`, {
    hints: [sendToReview(view, merge)],
    details: {
      lane_id: merge.laneId,
      wp_id: merge.packages.at(-1) ?? '',
      reviewed_commit: newest,
      tip: found.tip ?? null,
      workspace_path: found.path,
    },
  });
}

/** A merge removes the worktree, so what is only there must be dealt with first. */
function uncommitted(view: MissionView, merge: LaneMerge, { path, dirty, unwatched }: LaneState): Fault {
  const at = shellWord(path);
  return new Fault(
    'refused',
    'DIRTY_WORKTREE',
    `The worktree of ${merge.laneId} has uncommitted changes: ${few(dirty)}; nothing was changed.`,
    {
      hints: [
        ...lookAgain(path, unwatched),
        `Look at them: \`git -C ${at} status\`. If they are not needed, set them aside: \`git -C ${at} stash --include-untracked\`.`,
        `If they are, commit them. ${sendToReview(view, merge)}`,
      ],
      details: {
        lane_id: merge.laneId,
        wp_id: merge.packages.at(-1) ?? '',
        workspace_path: path,
        dirty_paths: dirty,
      },
    },
  );
}

function sendToReview(
  { mission }: Pick<MissionView, 'mission'>,
  { packages }: Pick<LaneMerge, 'packages'>,
): string {
  const command = `spec-kitty agent tasks move-task ${packages.at(-1) ?? ''} --to for_review --mission ${shellWord(mission.directory)}`;
  return `Send it to review: \`${command}\`.`;
}

/** The one commit that contains all others; a lane is worked on in one line, so there is one. */
async function newestOf(
  lanes: LaneRepository,
  view: MissionView,
  {
    merge,
    found,
    commits,
  }: { readonly merge: LaneMerge; readonly found: LaneState; readonly commits: readonly string[] },
): Promise<string | undefined> {
  let newest: string | undefined;
  for (const commit of commits) {
    if (newest === undefined || (await lanes.isAncestor(newest, commit))) newest = commit;
    else if (!(await lanes.isAncestor(commit, newest))) {
      const isThere = found.tip !== undefined && (await lanes.isAncestor(commit, found.tip));
      const merging = `git -C ${shellWord(found.path)} merge --no-edit ${shellWord(isThere ? newest : commit)}`;
      throw new Fault(
        'refused',
        'APPROVALS_DIVERGED',
        `The approved commits of one lane are not on one line: ${newest}, ${commit}`,
        {
          hints: [
            ...bringWorktreeBack(found),
            `Merge one into the other: \`${merging}\`.`,
            sendToReview(view, merge),
          ],
          details: { commits },
        },
      );
    }
  }
  return newest;
}

async function requirePlanningLanded(
  lanes: LaneRepository,
  { mission, state }: MissionView,
  plan: MergePlan,
): Promise<void> {
  const manifest = readManifest(mission);
  const target = contextOf(mission, manifest, 'lane-planning').target;
  for (const wp of plan.planning) {
    const commit = state.packages.get(wp)?.commit;
    if (!commit || (await lanes.isAncestor(commit, `refs/heads/${target}`))) continue;
    throw new Fault(
      'refused',
      'PLANNING_NOT_ON_TARGET',
      `The approved commit of ${wp} is not on ${target} any more: ${commit}`,
      {
        hints: [
          `With ${target} checked out, bring it back with \`git merge ${commit}\`.`,
          sendToReview({ mission }, { packages: [wp] }),
        ],
        details: { wp_id: wp, commit, target_branch: target },
      },
    );
  }
}

/**
 * A package may have been built on a commit of another that was sent back since. Merging its lane would bring that
 * commit along for as long as the lane holds it, whatever the log says about later attempts.
 */
async function requireFoundations(
  lanes: LaneRepository,
  view: MissionView,
  found: readonly LaneCommit[],
): Promise<void> {
  const manifest = readManifest(view.mission);
  for (const lane of found) {
    // Those of the lane that are not merged now have left theirs in it, too.
    for (const wp of contextOf(view.mission, manifest, lane.laneId).packages) {
      for (const [below, commits] of Object.entries(view.state.packages.get(wp)?.builtOn ?? {})) {
        for (const commit of commits) {
          if (await isUnapproved(lanes, view, { lane, below, commit }))
            throw await brings(lanes, view, { wp, lane, below, commit });
        }
      }
    }
  }
}

/** Tells whether a lane would bring a commit that is neither approved now, nor below what is, nor on the target. */
async function isUnapproved(
  lanes: LaneRepository,
  { mission, state }: MissionView,
  { lane, below, commit }: { lane: LaneCommit; below: string; commit: string },
): Promise<boolean> {
  if (!(await lanes.isAncestor(commit, lane.commit))) return false;
  const now = state.packages.get(below);
  const approved = now && isSettled(now.slot.lane) ? now.commit : null;
  if (approved !== null && (await lanes.isAncestor(commit, approved))) return false;
  return !(await lanes.isAncestor(commit, `refs/heads/${targetBranch(mission.meta)}`));
}

/** In one lane the work of a canceled package lies under that of the next. */
async function requireNothingCanceled(
  lanes: LaneRepository,
  view: MissionView,
  found: readonly LaneCommit[],
): Promise<void> {
  for (const [id, { slot }] of view.state.packages) {
    if (slot.lane !== 'canceled') continue;
    const commit = await lanes.resolve(`refs/spec-kitty/recorded/${view.mission.missionId}/${id}`);
    if (commit === undefined) continue;
    for (const lane of found) {
      if (await isUnapproved(lanes, view, { lane, below: id, commit }))
        throw await brings(lanes, view, { wp: lane.packages.at(-1) ?? '', lane, below: id, commit });
    }
  }
}

async function brings(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane, below, commit }: { wp: string; lane: LaneCommit; below: string; commit: string },
): Promise<Fault> {
  const { mission, state } = view;
  const { folder, branches, target, packages } = contextOf(mission, readManifest(mission), lane.laneId);
  const worktree = await lanes.inspect(folder, branches);
  const at = shellWord(worktree.path);
  const stands = state.packages.get(below)?.slot.lane ?? 'unknown';
  let base = target;
  const above: string[] = [];
  for (const { wp: id, commit: reviewed } of lane.reviewed) {
    if (reviewed === null) continue;
    if (!(await lanes.isAncestor(commit, reviewed))) {
      if (base === target || (await lanes.isAncestor(base, reviewed))) base = reviewed;
    } else above.push(id);
  }
  const start = await startAlone(lanes, view, { below, commit, packages });
  const others = above.filter((id) => id !== wp);
  return new Fault(
    'refused',
    'BUILT_ON_UNAPPROVED',
    `${wp} was built on a commit of ${below} (${stands}) that is not approved any more: ${commit}`,
    {
      hints:
        start === undefined
          ? [
              ...others.map((id) => sendBack(view, id)),
              ...bringWorktreeBack(worktree),
              `Begin ${lane.laneId} anew, without it: \`git -C ${at} reset --hard ${shellWord(base)}\`.`,
              `Do the work there again; what was there is kept in ${lane.commit}: \`git -C ${at} cherry-pick <commit>\`.`,
              sendToReview(view, { packages: [wp] }),
            ]
          : [
              ...bringWorktreeBack(worktree),
              `Take it out: \`git -C ${at} rebase --quiet --onto ${shellWord(start)} ${shellWord(commit)}\`; what was there is kept in ${lane.commit}.`,
              ...[...others, wp].map((id) => sendToReview(view, { packages: [id] })),
            ],
      details: { wp_id: wp, built_on: below, commit },
    },
  );
}

function sendBack({ mission }: MissionView, wp: string): string {
  const command = `spec-kitty agent tasks move-task ${wp} --to planned --force --note "<reason>" --mission ${shellWord(mission.directory)}`;
  return `Send ${wp} back, which has it, too: \`${command}\`.`;
}

/** Where a canceled package of a lane began, if everything from there to its commit is its own. */
async function startAlone(
  lanes: LaneRepository,
  { state }: MissionView,
  {
    below,
    commit,
    packages,
  }: { readonly below: string; readonly commit: string; readonly packages: readonly string[] },
): Promise<string | undefined> {
  const { firstBaseCommit: base = null, slot } = state.packages.get(below) ?? {};
  if (slot?.lane !== 'canceled' || !packages.includes(below) || base === null) return undefined;
  const within = async (other: string | null | undefined) =>
    !!other && (await lanes.isAncestor(other, commit)) && !(await lanes.isAncestor(other, base));
  for (const id of packages) {
    if (id !== below && (await within(state.packages.get(id)?.commit))) return undefined;
  }
  return (await lanes.isAncestor(base, commit)) ? base : undefined;
}
