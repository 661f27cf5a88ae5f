import { Fault } from '../fault.ts';
import { isOpen, wasMerged } from '../next/is-open.ts';
import { latestMerge } from '../status/latest-merge.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { lostMerge, mergeLost } from '../merged/lost-merge.ts';
import { revertedMerge, revertedWords } from '../merged/reverted-merge.ts';
import type { Mission, MissionStore } from '../ports/mission-store.ts';
import { shellWord } from '../shell-word.ts';
import { mergePending, type UnfinishedMerge } from '../merge-pending.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import type { LaneContext } from '../execution-lanes/lane-context.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { AbandonedLane } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { isAbandoned, MISSION_ABANDONED } from '../log/abandonment.ts';
import { decideTransition } from '../status/decide-transition.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { sourceLane } from '../status/package-state.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { lanesToAbandon } from './lanes-to-abandon.ts';

/** Who gives up which mission, and why. */
export interface AbandonRequest {
  readonly mission: string | undefined;
  readonly actor: string;
  readonly reason: string;
}

/** Everything that giving up touches beyond work on packages. */
export interface AbandonPorts extends WorkPorts {
  readonly missions: Pick<MissionStore, 'open'>;
  /** How far a merge of the mission came that is not finished. */
  unfinishedMerge(missionId: string): UnfinishedMerge | undefined;
  /** Names of the folders under `.worktrees/`, hidden ones aside. */
  worktreeFolders(): readonly string[];
}

/** What giving up did, in this run. */
export interface AbandonedMission {
  readonly view: MissionView;
  readonly canceled: readonly string[];
  /** Whether it was given up before. */
  readonly already: boolean;
  readonly lanes: readonly (AbandonedLane & { readonly laneId: string })[];
  /** Branch that waits for a pull request; it stays, as it may be pushed. */
  readonly proposed: string | null;
}

type Cancellation = Pick<AbandonedMission, 'canceled' | 'already'>;

const OPTIONS = { actor: '--mission', reason: '--reason' };

/**
 * Gives a mission up: cancels what is not done, then puts the lanes away so that everything can be brought back.
 *
 * Rows first: a claim that waits for a lane finds its package canceled. Broken off, the next run goes on from there; it
 * must not meet another mission, so one of several is given up by its name only.
 */
export async function abandonMission(
  ports: AbandonPorts,
  request: AbandonRequest,
): Promise<AbandonedMission> {
  const view = await ports.viewOf(await ports.missions.open(request.mission, { sole: true }));
  const { mission } = view;
  return ports.lock.hold('merge', `abandon ${mission.directory}`, async () => {
    const merging = ports.unfinishedMerge(mission.missionId);
    if (merging) throw mergePending(mission.directory, merging);
    // A Git that cannot put lanes away must be known before anything is recorded.
    const repository = await ports.lanes();
    await repository.requireVersion();
    const lanesNow = async () =>
      lanesToAbandon(mission, {
        folders: ports.worktreeFolders(),
        branches: await repository.laneBranches(),
      });
    // So must a lane that is none of Git's worktrees.
    for (const { folder, branches } of await lanesNow()) await repository.inspect(folder, branches);
    const gone = await goneFromTarget(ports, view);
    const rows = await cancel(ports, view, { ...request, gone });
    const lanes = [];
    for (const lane of await lanesNow()) lanes.push(await putAway(ports, view, lane));
    const offered = view.proposal?.branch ?? null;
    const stays = offered !== null && (await repository.resolve(`refs/heads/${offered}`)) !== undefined;
    return { view, ...rows, lanes, proposed: stays ? offered : null };
  });
}

async function cancel(
  ports: AbandonPorts,
  { mission, packages }: MissionView,
  { actor, reason, gone }: AbandonRequest & { readonly gone: Fault | undefined },
): Promise<Cancellation> {
  return ports.log.append<Cancellation>(mission, 'mission abandon', (log) => {
    const state = reduce(log);
    const already = isAbandoned(log, state);
    if (already) return { rows: [], value: { canceled: [], already } };
    requireNotMerged({ mission, gone }, log, state);
    const ids = new Set([...packages.map(({ id }) => id), ...state.packages.keys()]);
    const open = [...ids]
      .filter((id) => !['done', 'canceled'].includes(sourceLane(state.packages.get(id))))
      .toSorted();
    const writer = new RowWriter({ ...ports, mission }, log);
    const rows = open.map((wpId) => {
      const step = { wpId, to: 'canceled', actor, force: true, reason };
      const decision = decideTransition(state.packages.get(wpId), step);
      if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory, OPTIONS);
      return writer.transition(decision.value);
    });
    const abandoned = writer.lifecycle(
      MISSION_ABANDONED,
      { id: mission.missionId, type: 'Mission' },
      { actor, mission_slug: mission.directory, reason },
    );
    return { rows: [...rows, abandoned], value: { canceled: open, already } };
  });
}

/** What is to be said where the target does not have everything that was merged. */
async function goneFromTarget(ports: AbandonPorts, view: MissionView): Promise<Fault | undefined> {
  const { directory } = view.mission;
  const lost = await lostMerge(() => ports.lanes(), view);
  if (lost) return mergeLost(directory, lost);
  const reverted = await revertedMerge(() => ports.lanes(), view);
  if (!reverted) return undefined;
  const { sentence, hints } = revertedWords(directory, reverted);
  const { target, commit, by, packages } = reverted;
  const details = {
    mission_slug: directory,
    target_branch: target,
    commit,
    reverted_by: by,
    wp_ids: packages,
  };
  return new Fault('refused', 'MISSION_MERGED', sentence, { hints, details });
}

/** What is on the target cannot be given up. @throws Fault `MISSION_MERGED`, or `gone`. */
function requireNotMerged(
  { mission: { directory, meta }, gone }: { readonly mission: Mission; readonly gone: Fault | undefined },
  log: LogRows,
  state: LogState,
): void {
  const merge = latestMerge(log);
  const over = !isOpen(meta, { state, merge, acceptance: null, abandoned: false });
  if (!wasMerged(meta, merge) || !over) return;
  if (gone) throw gone;
  const target = merge?.target ?? targetBranch(meta);
  throw new Fault(
    'refused',
    'MISSION_MERGED',
    `${directory} is merged into ${target}; there is nothing to give up.`,
    {
      hints: [
        `To take its work out of ${target} again, revert its commits there; \`git log ${shellWord(merge?.commit ?? target)}\` begins with them.`,
        `To remove worktrees that are left, run \`spec-kitty merge --mission ${shellWord(directory)}\`.`,
      ],
      details: { mission_slug: directory, target_branch: target, commit: merge?.commit ?? null },
    },
  );
}

/** Under the lane's lock, which a claim has while it makes the worktree. */
async function putAway(
  ports: AbandonPorts,
  { mission: { missionId } }: MissionView,
  { laneId, folder, branches }: LaneContext,
): Promise<AbandonedLane & { readonly laneId: string }> {
  return ports.lock.hold(laneLock({ missionId }, laneId), 'mission abandon', async () => {
    const lane = await (await ports.lanes()).abandon(folder, branches, { missionId, laneId });
    return { laneId, ...lane };
  });
}
