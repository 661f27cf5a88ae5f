import { requireMergeableLanes } from './require-mergeable-lanes.ts';
import { PLANNING_LANE } from '../execution-lanes/lane-ids.ts';
import { contextOf, readManifest } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { LaneCommit } from '../ports/integration.ts';
import type { LogState } from '../status/reduce.ts';
import type { LaneRepository } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isSettled } from '../status/package-state.ts';
import { isWork, type NextDecision } from '../next/decide-next.ts';

/**
 * Says with `accept` and `merge` what they would refuse over, so that nobody is sent there again and again.
 *
 * One look at the branches is taken; only where it or the log raises a doubt, everything is asked that the step itself asks.
 * Before a merge, what people have committed to the target since the lanes began may have taken their work back. Without a
 * target no work is handed out at all.
 */
export async function endingStep(
  view: MissionView,
  decision: NextDecision,
  openLanes: () => Promise<LaneRepository>,
): Promise<NextDecision> {
  return isWork(decision) ? withTarget(view, decision, openLanes) : withRefusal(view, decision, openLanes);
}

async function withRefusal(
  view: MissionView,
  decision: NextDecision,
  openLanes: () => Promise<LaneRepository>,
): Promise<NextDecision> {
  if (decision.kind !== 'step' || decision.proposed !== undefined) return decision;
  const { action } = decision;
  if (action !== 'accept' && action !== 'merge') return decision;
  try {
    if (isDoubtful(view) || (await hasMoved(view, await openLanes())))
      await requireMergeableLanes(openLanes, view);
    if (action === 'merge') await requireNotTakenBack(view, await openLanes());
    return decision;
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    const refusal = error.message.replace('; nothing was changed', '').replace(/\.?$/, '.');
    const before = `Before it can be ${action === 'merge' ? 'merged' : 'accepted'}: ${refusal}`;
    return { ...decision, reason: [decision.reason, before, ...error.hints].filter(Boolean).join(' ') };
  }
}

async function withTarget(
  view: MissionView,
  decision: NextDecision,
  openLanes: () => Promise<LaneRepository>,
): Promise<NextDecision> {
  try {
    await requireTargetKept(await openLanes(), view);
    return decision;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'TARGET_NOT_FOUND') throw error;
    const gone = `${error.message}.`;
    return { kind: 'blocked', reason: [gone, ...error.hints].join(' '), failures: [gone] };
  }
}

/** Whether the log has an approval without a commit, or work that may be built on what is not approved any more. */
function isDoubtful({ state: { packages } }: MissionView): boolean {
  return [...packages.values()].some(({ slot, commit, builtOn, everStarted }) => {
    if (slot.lane === 'canceled') return everStarted;
    if (slot.lane !== 'approved') return false;
    if (commit === null) return true;
    return Object.entries(builtOn).some(([id, commits]) => {
      const below = packages.get(id);
      return !below || !isSettled(below.slot.lane) || commits.some((one) => one !== below.commit);
    });
  });
}

/** @throws Fault `LANDING_REVERTED`, as a merge would. */
async function requireNotTakenBack(view: MissionView, lanes: LaneRepository): Promise<void> {
  const { mission, state, proposal } = view;
  const manifest = readManifest(mission);
  const found = manifest.lanes.flatMap(({ lane_id: laneId, wp_ids: ids }): LaneCommit[] => {
    const packages = laneId === PLANNING_LANE ? [] : ids.filter((wp) => isApproved(state, wp));
    const reviewed = packages.map((wp) => ({ wp, commit: state.packages.get(wp)?.commit ?? null }));
    const commit = reviewed.at(-1)?.commit;
    const base = state.packages.get(ids[0] ?? '')?.firstBaseCommit ?? null;
    return commit ? [{ laneId, packages, commit, base, reviewed }] : [];
  });
  const [first] = found;
  const target = targetBranch(mission.meta);
  const tip = await lanes.resolve(`refs/heads/${target}`);
  if (!first || tip === undefined) return;
  const bases = found.map(({ base }) => base);
  const begun = bases.every((base) => base !== null) ? await resolvable(lanes, bases) : undefined;
  if (begun && (await lanes.commitsByPeople(tip, ...begun)).length === 0) return;
  await lanes.requireNotReverted(
    { mission: mission.directory, target, lanes: found, proposal, tip },
    undefined,
  );
}

/** The commits, where all of them are here. */
async function resolvable(
  lanes: LaneRepository,
  commits: readonly string[],
): Promise<readonly string[] | undefined> {
  for (const commit of commits) if ((await lanes.resolve(commit)) === undefined) return undefined;
  return commits;
}

function isApproved(state: LogState, wp: string): boolean {
  return state.packages.get(wp)?.slot.lane === 'approved';
}

/** Whether the target is gone, or a branch is anywhere else than where it was approved. */
async function hasMoved({ mission, state }: MissionView, lanes: LaneRepository): Promise<boolean> {
  const manifest = readManifest(mission);
  const approved = manifest.lanes
    .filter(({ lane_id: id }) => id !== PLANNING_LANE)
    .map(({ lane_id: id, wp_ids: packages }) => ({
      branches: contextOf(mission, manifest, id).branches.map((name) => `refs/heads/${name}`),
      commits: packages.flatMap((wp) => {
        const known = state.packages.get(wp);
        return known?.slot.lane === 'approved' && known.commit !== null ? [known.commit] : [];
      }),
    }))
    .filter(({ commits }) => commits.length > 0);
  const target = `refs/heads/${targetBranch(mission.meta)}`;
  const refs = await lanes.refs(target, ...approved.flatMap(({ branches }) => branches));
  const tips = approved.map(({ branches }) => branches.map((name) => refs.get(name)).find(Boolean));
  return !refs.has(target) || approved.some(({ commits }, at) => !commits.includes(tips[at] ?? ''));
}
