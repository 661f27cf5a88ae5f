import type { SourceLane } from '@spec-kitty/protocol/lane';
import type { ConflictPorts } from '../ports/conflict-ports.ts';
import type { ConflictRepository, OpenResolution } from '../ports/conflict-repository.ts';
import type { Integration, Integrator, Validation } from '../ports/integration.ts';
import type { Mission } from '../ports/mission-store.ts';
import { contextOf, type LaneContext, readManifest } from '../execution-lanes/lane-context.ts';
import { laneLock } from '../execution-lanes/lane-lock.ts';
import { trustedValidation } from '../merge/validate-merge.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { movePackage, type Moved } from '../move/move-package.ts';
import { shellWord } from '../shell-word.ts';
import { requireChangesKept } from '../work/require-changes-kept.ts';
import { sourceLane } from '../status/package-state.ts';
import { requireCodeOnly } from '../work/lane-evidence.ts';
import { withIntegrator } from '../merge/with-integrator.ts';
import { explainOpenEnds } from './explain-open-ends.ts';
import { findResolution } from './find-resolution.ts';
import { laneMoved } from './lane-moved.ts';
import type { ResolutionRequest } from './resolution-request.ts';
import { tryLanes } from './try-lanes.ts';

/** A resolution that is on its lane and waits for its review. */
export interface ContinuedResolution {
  readonly mission: Mission;
  readonly resolution: OpenResolution;
  readonly commit: string;
  /** Files without a conflict that it has otherwise than Git alone makes them. */
  readonly besides: readonly string[];
  /** Files with a conflict that lack a whole place which one side has added beside it. */
  readonly thinned: readonly string[];
  /** `null` when none is configured, or when an interrupted run had come past it. */
  readonly validation: Validation | null;
  /** `null` when an interrupted run had sent it to review. */
  readonly moved: Moved | null;
  /** Where the package is now. */
  readonly to: SourceLane;
}

/**
 * Makes a resolution a commit of its lane and sends the lane's last package to review.
 *
 * It is checked and validated first; then the lane's branch and worktree move, then the package, then the folder goes.
 * After a kill in between, the same command goes on from there.
 *
 * @throws Fault `NO_RESOLUTION`, `RESOLUTION_INCOMPLETE`, `CHANGES_DROPPED`, `LANE_MOVED`, or those of validating and of moving a package.
 */
export async function continueResolution(
  ports: ConflictPorts,
  request: ResolutionRequest & { readonly agent: string | undefined },
): Promise<ContinuedResolution> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const conflicts = await ports.conflicts(mission);
    const resolution = findResolution(mission, conflicts.list(), request.lane);
    const lane = contextOf(mission, readManifest(mission), resolution.laneId);
    const task = { mission, integrator, conflicts, resolution, lane };
    const { commit, validation } = await ports.lock.hold(
      laneLock(mission, lane.laneId),
      `resolve ${lane.laneId}`,
      () => landOnLane(ports, task),
    );
    const view = await ports.viewOf(mission);
    const known = view.state.packages.get(resolution.wp);
    const { besides, thinned } = await conflicts.judge(resolution, resolution.commit ?? commit);
    // Whatever became of the package since, a review of what holds the resolution has been asked for.
    const asked = known?.commit != null && (await holds(ports, known.commit, resolution.commit ?? commit));
    const moved = asked
      ? null
      : await movePackage(ports, {
          mission: mission.directory,
          wp: resolution.wp,
          to: 'for_review',
          agent: request.agent,
          note: `Conflicts resolved in ${commit}`,
          force: false,
          builtOn: foundations(resolution),
        });
    conflicts.drop(resolution);
    return {
      mission,
      resolution,
      commit,
      besides,
      thinned,
      validation,
      moved,
      to: moved?.to ?? sourceLane(known),
    };
  });
}

interface Task {
  readonly mission: Mission;
  readonly integrator: Integrator;
  readonly conflicts: ConflictRepository;
  readonly resolution: OpenResolution;
  readonly lane: LaneContext;
}

async function landOnLane(
  ports: ConflictPorts,
  task: Task,
): Promise<Pick<ContinuedResolution, 'commit' | 'validation'>> {
  const { mission, integrator, conflicts, resolution, lane } = task;
  await conflicts.settle(lane, false);
  const lanes = await ports.lanes();
  const { branch, tip } = await lanes.inspect(lane.folder, lane.branches);
  // Somebody may have gone on from it, for example to put right what kept it from its review.
  if (tip !== undefined && (await holds(ports, tip, resolution.commit)))
    return { commit: tip, validation: null };
  if (tip !== resolution.lane)
    throw laneMoved(mission, lane.laneId, { expected: resolution.lane, found: tip });
  const fault = explainOpenEnds(mission, resolution, await conflicts.openEnds(resolution));
  if (fault) throw fault;
  const integration = await requireSameSides(ports, task);
  const validationCommand = await trustedValidation(ports, targetBranch(mission.meta));
  const commit = await conflicts.commit(resolution, message(resolution));
  const { folder } = resolution;
  const again = `spec-kitty conflicts continue --lane ${shellWord(lane.laneId)} --mission ${shellWord(mission.directory)}`;
  requireChangesKept(await conflicts.judge(resolution, commit), {
    laneId: lane.laneId,
    path: folder,
    hints: [
      `Then resolve the conflicts if that was undone, too, and run \`${again}\` again.`,
      `What shall not stay is taken back by a commit of its own in the lane's worktree afterwards, for the reviewer to see.`,
    ],
  });
  // The review would not take it, and once it is on the lane nobody takes it back.
  await requireCodeOnly(lanes, lane, { tip: commit, folder, again: 'Then run the command again.' });
  const validation = validationCommand
    ? await integrator.validate({ ...integration, merged: commit }, validationCommand)
    : null;
  await conflicts.advance(resolution, commit, { folder: lane.folder, branch });
  return { commit, validation };
}

async function holds(ports: ConflictPorts, tip: string, resolution: string | null): Promise<boolean> {
  if (resolution === null) return false;
  return tip === resolution || (await ports.lanes()).isAncestor(resolution, tip);
}

/** What was met has to be what reviews approve still: the resolution brings it to the lane. */
async function requireSameSides(
  ports: ConflictPorts,
  { mission, integrator, resolution }: Task,
): Promise<Integration> {
  const { integration } = await tryLanes(ports, integrator, mission, resolution.laneId);
  const lanes = await ports.lanes();
  const now = new Map(integration?.lanes.map(({ laneId, commit }) => [laneId, commit]));
  const own = now.get(resolution.laneId);
  if (!integration || own !== resolution.lane)
    throw laneMoved(mission, resolution.laneId, { expected: resolution.lane, found: own });
  for (const { laneId, name, commit } of resolution.met) {
    const tip = laneId === null ? integration.before : now.get(laneId);
    if (tip === undefined || !(await lanes.isAncestor(commit, tip)))
      throw laneMoved(mission, resolution.laneId, { name, expected: commit, found: tip });
  }
  return integration;
}

/** Commits of other packages that the lane rests on from now on: if one is sent back, the lane is not merged with it. */
function foundations({ met }: OpenResolution): Readonly<Record<string, string>> {
  return Object.fromEntries(met.flatMap(({ packages, commit }) => packages.map((wp) => [wp, commit])));
}

function message({ laneId, wp, met, paths }: OpenResolution): string {
  const names = met.map(({ name }) => name).join(', ');
  return `${wp}: resolve conflicts of ${laneId} with ${names}\n\nConflicts:\n${paths.map((path) => `  ${path}\n`).join('')}`;
}
