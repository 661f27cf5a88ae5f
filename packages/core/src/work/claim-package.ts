import { laneLock } from '../execution-lanes/lane-lock.ts';
import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { chooseWork, unsatisfiedDependencies } from '../next/decide-next.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { LaneRepository, LaneWorkspace } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { decideImplementationClaim } from '../status/decide-claim.ts';
import { sourceLane } from '../status/package-state.ts';
import { reduce } from '../status/reduce.ts';
import { dependencyCommits } from './dependency-commits.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { findPackage, requireReadable } from '../mission/find-package.ts';
import { type LaneContext, laneContext } from '../execution-lanes/lane-context.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import { requireNothingCanceled } from './canceled-on-top.ts';
import { requireDependencies, requireFreeLane } from './require-claimable.ts';
import { laneStart } from './lane-start.ts';
import { claimPlanningLane } from './planning-lane.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { shellWord } from '../shell-word.ts';

/** Who wants to implement what. */
export interface ClaimRequest {
  readonly mission: string | undefined;
  /** Package as a person names it; the first claimable one when left out. */
  readonly wp: string | undefined;
  readonly agent: string;
  readonly model?: string | undefined;
  readonly profile?: string | undefined;
  /** What an orchestrator declares about itself; recorded beside our own facts, never in place of them. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
}

/** A claimed package with the place to work in. */
export interface Claim {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly workspace: LaneWorkspace;
  /** False when the agent had the package already, or another session did that goes by the same name. */
  readonly fresh: boolean;
  /** Since when, then; `null` for a fresh one. */
  readonly heldSince: string | null;
}

const ATTEMPTS = 20;

/**
 * Claims a package and prepares its worktree. Nothing is recorded before the worktree is ready, so a failure
 * leaves the package as it was, and running the command again goes on from there.
 */
export async function claimPackage(ports: WorkPorts, request: ClaimRequest): Promise<Claim> {
  for (let attempt = 1; ; attempt++) {
    const view = await ports.view(request.mission);
    requireCheckedOut(view.mission, await ports.branch());
    const wp = request.wp === undefined ? choose(view, request.agent) : findPackage(view, request.wp);
    try {
      return await claim(ports, view, wp, request);
    } catch (error) {
      // Somebody else took the package that nobody asked for by name: there may be another.
      const taken =
        error instanceof Fault &&
        (error.code === 'HELD_BY_OTHER' || error.code === 'LANE_BUSY' || error.code === 'NOT_CLAIMABLE');
      if (!taken || request.wp !== undefined || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function claim(
  ports: WorkPorts,
  view: MissionView,
  wp: WorkPackage,
  request: ClaimRequest,
): Promise<Claim> {
  requireReadable(view, wp);
  precheck(view, wp, request.agent);
  const lane = laneContext(view.mission, wp.id);
  return ports.lock.hold(laneLock(view.mission, lane.laneId), `claim ${wp.id}`, async () => {
    // What was true outside the lane's lock may not be any more.
    const now = await ports.viewOf(view.mission);
    precheck(now, wp, request.agent);
    requireFreeLane(now, wp);
    // What keeps the log from being written must be known before there is a worktree that it says nothing about.
    await ports.log.append(view.mission, `claim ${wp.id}`, () => ({ rows: [], value: undefined }));
    const lanes = await ports.lanes();
    if (sourceLane(now.state.packages.get(wp.id)) === 'planned')
      await requireNothingCanceled(lanes, now, lane);
    const workspace = lane.planning
      ? await claimPlanningLane(ports, now, wp)
      : await lanes.allocate({
          folder: lane.folder,
          branches: lane.branches,
          base: await laneBase(lanes, lane),
          start: await laneStart(lanes, now, lane),
          dependencies: await dependencyCommits(lanes, now, wp),
        });
    const fresh = await record(ports, now, { wp, lane, workspace, request });
    const heldSince = fresh ? null : (now.state.packages.get(wp.id)?.slot.last_transition_at ?? null);
    return { view: now, wp, lane, workspace, fresh, heldSince };
  });
}

/** Appends the claim if it still holds; `false` when the agent had the package already. */
async function record(
  ports: WorkPorts,
  view: MissionView,
  { wp, lane, workspace, request }: Pick<Claim, 'wp' | 'lane' | 'workspace'> & { request: ClaimRequest },
): Promise<boolean> {
  const { mission } = view;
  return ports.log.append(mission, `claim ${wp.id}`, (log) => {
    const state = reduce(log);
    precheck({ ...view, state }, wp, request.agent);
    const decision = decideImplementationClaim(state.packages.get(wp.id), {
      wpId: wp.id,
      actor: request.agent,
      workspaceContext: workspace.path,
    });
    if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory);
    if (decision.value.length === 0) return { rows: [], value: false };

    const writer = new RowWriter({ ...ports, mission }, log);
    const policy = {
      ...request.policy,
      agent: request.agent,
      base_commit: workspace.head,
      lane_id: lane.laneId,
      built_on: foundations(view, wp),
    };
    const executionMode = lane.planning ? 'direct_repo' : 'worktree';
    const rows = decision.value.map((step) => writer.transition(step, { policy, executionMode }));
    const binding = writer.annotation(wp.id, request.agent, {
      agent: request.agent,
      role: 'implementer',
      ...(request.model === undefined ? {} : { model: request.model }),
      ...(request.profile === undefined ? {} : { agent_profile: request.profile }),
    });
    return { rows: [...rows, binding], value: true };
  });
}

function choose(view: MissionView, agent: string): WorkPackage {
  const packages = nextPackages(view);
  const chosen = chooseWork(packages, agent);
  if (chosen) return findPackage(view, chosen.id);
  throw new Fault(
    'refused',
    'NO_CLAIMABLE_PACKAGE',
    `No package of ${view.mission.directory} can be claimed now: ${WHY_NOT[whyNot(packages)]}.`,
    {
      hints: [
        `Run \`spec-kitty next --mission ${shellWord(view.mission.directory)}\` to see what comes next.`,
      ],
      details: {
        reason: whyNot(packages),
        lanes: Object.fromEntries(packages.map(({ id, lane }) => [id, lane])),
      },
    },
  );
}

/** What the tokens mean. */
const WHY_NOT = {
  no_wp_files: 'it has no work packages',
  not_finalized: 'its packages are not finalized',
  lane_busy: 'the lanes of those that could start are worked on',
  dependencies_not_satisfied: 'those that are planned wait for others',
  all_wps_in_progress: 'somebody works on every one that is open',
  no_planned_wps: 'none is planned',
} as const;

/** Tokens of L§6.6-4, which scripts compare; the predecessor knew no busy lanes. */
function whyNot(packages: ReturnType<typeof nextPackages>): keyof typeof WHY_NOT {
  if (packages.length === 0) return 'no_wp_files';
  if (packages.some(({ lane }) => lane === 'genesis')) return 'not_finalized';
  const planned = packages.filter(({ lane }) => lane === 'planned');
  if (planned.length > 0) {
    const ready = planned.some((wp) => unsatisfiedDependencies(wp, packages).length === 0);
    return ready ? 'lane_busy' : 'dependencies_not_satisfied';
  }
  return packages.some(({ lane }) => lane === 'claimed' || lane === 'in_progress')
    ? 'all_wps_in_progress'
    : 'no_planned_wps';
}

/** Everything about a claim that needs no Git: the holder, the lane it is in, and its dependencies. */
function precheck(view: MissionView, wp: WorkPackage, agent: string): void {
  const decision = decideImplementationClaim(view.state.packages.get(wp.id), {
    wpId: wp.id,
    actor: agent,
    workspaceContext: 'to be prepared',
  });
  if (!decision.ok) throw explainRefusal(decision.refusal, view.mission.directory);
  const lane = sourceLane(view.state.packages.get(wp.id));
  if (lane === 'planned' || lane === 'claimed') requireDependencies(view, wp);
}

/** A mission branch that the predecessor began is continued; otherwise lanes start from the target. */
async function laneBase(lanes: LaneRepository, lane: LaneContext): Promise<string> {
  return (await lanes.resolve(`refs/heads/${lane.missionBranch}`)) === undefined
    ? lane.target
    : lane.missionBranch;
}

/** What the package is built on, so that a merge can tell whether all of it is still what was approved. */
function foundations(
  { state }: MissionView,
  { dependencies }: WorkPackage,
): Readonly<Record<string, string>> {
  const entries = dependencies.map((id) => [id, state.packages.get(id)?.commit] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'),
  );
}
