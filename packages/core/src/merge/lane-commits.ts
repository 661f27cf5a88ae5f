import { Fault } from '../fault.ts';
import type { LaneCommit } from '../ports/integration.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { targetBranch } from '../ports/mission-store.ts';
import { contextOf, type LaneContext, readManifest } from '../work/lane-context.ts';
import { requireCodeOnly } from '../work/lane-evidence.ts';
import type { LaneMerge, MergePlan } from './plan-merge.ts';

/**
 * Finds the commit of each lane that reviews approved, and makes sure that it is all there is.
 *
 * @throws Fault `UNREVIEWED_COMMITS`, `REVIEWED_COMMIT_LOST`, `PLANNING_NOT_ON_TARGET` or `LANE_TOUCHES_STATE`.
 */
export async function laneCommits(
  lanes: LaneRepository,
  view: MissionView,
  plan: MergePlan,
): Promise<readonly LaneCommit[]> {
  const manifest = readManifest(view.mission);
  const found: LaneCommit[] = [];
  for (const merge of plan.lanes) {
    const lane = contextOf(view.mission, manifest, merge.laneId);
    const commit = await reviewedCommit(lanes, view, { merge, lane });
    await requireCodeOnly(lanes, lane, { tip: commit, again: sendToReview(view, merge) });
    found.push({ laneId: merge.laneId, packages: merge.packages, commit });
  }
  await requirePlanningLanded(lanes, view, plan);
  await requireFoundations(lanes, view, plan);
  await requireNothingCanceled(lanes, view, found);
  return found;
}

async function reviewedCommit(
  lanes: LaneRepository,
  view: MissionView,
  { merge, lane }: { merge: LaneMerge; lane: LaneContext },
): Promise<string> {
  const found = await lanes.inspect(lane.folder, lane.branches);
  const recorded = merge.commits.filter((commit) => commit !== null);
  requireRecorded(view, merge);
  for (const commit of recorded) {
    if ((await lanes.resolve(commit)) === undefined) throw lost(merge, commit);
  }
  // Packages approved by the predecessor name no commit: what is on their branch is what was approved.
  const newest = (await newestOf(lanes, recorded)) ?? found.tip;
  if (newest === undefined) throw lost(merge, null);
  const newer = found.tip === undefined ? 0 : await lanes.countCommits(newest, found.tip);
  if (newer > 0 || found.dirty.length > 0) throw unreviewed(view, { merge, found, newest, newer });
  return newest;
}

/** A package that was claimed here has a commit of its own on record, or nobody can say what was approved. */
function requireRecorded(view: MissionView, merge: LaneMerge): void {
  const wp = merge.packages.find((id, index) => {
    const commit = merge.commits[index] ?? null;
    const claimedHere = view.state.packages.get(id)?.firstBaseCommit != null;
    return commit === null ? claimedHere : !/^[0-9a-f]{40,64}$/.test(commit);
  });
  if (wp === undefined) return;
  throw new Fault(
    'refused',
    'UNREVIEWED_COMMITS',
    `The approval of ${wp} names no commit; nothing was merged.`,
    {
      hints: [sendToReview(view, { ...merge, packages: [wp] })],
      details: { lane_id: merge.laneId, wp_id: wp },
    },
  );
}

function lost({ laneId, packages }: LaneMerge, commit: string | null): Fault {
  const wp = packages.at(-1) ?? '';
  return new Fault(
    'refused',
    'REVIEWED_COMMIT_LOST',
    `The approved commit of ${wp} is not in this repository: ${commit ?? 'none recorded'}`,
    {
      hints: ["Fetch the lane's branch, then run the command again."],
      details: { wp_id: wp, commit, lane_id: laneId },
    },
  );
}

function unreviewed(
  view: MissionView,
  { merge, found, newest, newer }: { merge: LaneMerge; found: LaneState; newest: string; newer: number },
): Fault {
  const commits =
    newer === 1 ? '1 commit that no review has seen' : `${newer} commits that no review has seen`;
  const what = newer > 0 ? commits : 'uncommitted changes';
  return new Fault('refused', 'UNREVIEWED_COMMITS', `${merge.laneId} has ${what}; nothing was merged.`, {
    hints: [...(newer > 0 ? [] : [`Commit or discard what is in ${found.path}.`]), sendToReview(view, merge)],
    details: {
      lane_id: merge.laneId,
      wp_id: merge.packages.at(-1) ?? '',
      reviewed_commit: newest,
      tip: found.tip ?? null,
      workspace_path: found.path,
    },
  });
}

function sendToReview({ mission }: Pick<MissionView, 'mission'>, { packages }: LaneMerge): string {
  const command = `spec-kitty agent tasks move-task ${packages.at(-1) ?? ''} --to for_review --mission ${mission.directory}`;
  return `Send it to review: \`${command}\`.`;
}

/** The one commit that contains all others; a lane is worked on in one line, so there is one. */
async function newestOf(lanes: LaneRepository, commits: readonly string[]): Promise<string | undefined> {
  let newest: string | undefined;
  for (const commit of commits) {
    if (newest === undefined || (await lanes.isAncestor(newest, commit))) newest = commit;
    else if (!(await lanes.isAncestor(commit, newest))) {
      throw new Fault(
        'refused',
        'UNREVIEWED_COMMITS',
        `The approved commits of one lane are not on one line: ${newest}, ${commit}`,
        {
          hints: ['Merge one into the other on the lane, and send the last package to review again.'],
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
        hints: [`Bring it back to ${target}, or send ${wp} to review again.`],
        details: { wp_id: wp, commit, target_branch: target },
      },
    );
  }
}

/** A package may stand on a commit of another that was sent back since: merging it would bring that commit along. */
async function requireFoundations(lanes: LaneRepository, view: MissionView, plan: MergePlan): Promise<void> {
  for (const wp of plan.completes) {
    for (const [below, commit] of Object.entries(view.state.packages.get(wp)?.builtOn ?? {})) {
      const now = view.state.packages.get(below);
      const stands = now?.slot.lane === 'approved' || now?.slot.lane === 'done';
      if (stands && now.commit !== null && (await lanes.isAncestor(commit, now.commit))) continue;
      throw brings(view, { wp, below, commit });
    }
  }
}

/** In one lane the work of a canceled package lies under that of the next. */
async function requireNothingCanceled(
  lanes: LaneRepository,
  view: MissionView,
  found: readonly LaneCommit[],
): Promise<void> {
  const canceled = view.packages.filter(({ id }) => view.state.packages.get(id)?.slot.lane === 'canceled');
  for (const { id } of canceled) {
    const commit = await lanes.resolve(`refs/spec-kitty/recorded/${view.mission.missionId}/${id}`);
    if (
      commit === undefined ||
      (await lanes.isAncestor(commit, `refs/heads/${targetBranch(view.mission.meta)}`))
    )
      continue;
    for (const lane of found) {
      if (await lanes.isAncestor(commit, lane.commit))
        throw brings(view, { wp: lane.packages.at(-1) ?? '', below: id, commit });
    }
  }
}

function brings(
  { mission, state }: MissionView,
  { wp, below, commit }: { wp: string; below: string; commit: string },
): Fault {
  const lane = state.packages.get(below)?.slot.lane ?? 'unknown';
  return new Fault(
    'refused',
    'BUILT_ON_UNAPPROVED',
    `${wp} was built on a commit of ${below} (${lane}) that is not approved any more: ${commit}`,
    {
      hints: [
        `Take it out of the lane of ${wp}, then send ${wp} to review: \`spec-kitty agent tasks move-task ${wp} --to for_review --mission ${mission.directory}\`.`,
      ],
      details: { wp_id: wp, built_on: below, commit },
    },
  );
}
