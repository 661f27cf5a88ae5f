import { Fault } from '../fault.ts';
import { matchesGlob } from '../execution-lanes/globs-intersect.ts';
import type { WorkPackage } from '../mission/work-packages.ts';
import { decideNext } from '../next/decide-next.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { decideReviewClaim } from '../status/decide-claim.ts';
import type { PackageState } from '../status/package-state.ts';
import { reduce } from '../status/reduce.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findPackage, requireReadable } from './find-package.ts';
import { type LaneContext, laneContext } from './lane-context.ts';
import { requireCheckedOut } from './require-branch.ts';
import { RowWriter } from './row-writer.ts';
import type { WorkPorts } from './work-ports.ts';

/** A package taken for review, with what there is to judge. */
export interface Review {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly workspace: LaneState;
  readonly commit: string;
  /** Tip of the lane before the package's first commit. */
  readonly from: string;
  /** Tip of the lane before the latest fix; `null` for a first attempt. */
  readonly fixFrom: string | null;
  readonly commitCount: number;
  readonly changedFiles: readonly string[];
  readonly startedDependents: readonly string[];
  readonly fresh: boolean;
}

/** Takes a package for review; the one that has waited longest when none is named (L§7.2). */
export async function reviewPackage(
  ports: WorkPorts,
  request: { readonly mission: string | undefined; readonly wp: string | undefined; readonly agent: string },
): Promise<Review> {
  const view = await ports.view(request.mission);
  requireCheckedOut(view.mission, await ports.branch());
  const wp = request.wp === undefined ? choose(view, request.agent) : findPackage(view, request.wp);
  requireReadable(view, wp);
  const lane = laneContext(view.mission, wp.id);
  const fresh = await record(ports, view, { wp, lane, agent: request.agent });

  return { view, wp, lane, fresh, ...(await whatToJudge(await ports.lanes(), view, { wp, lane })) };
}

/** The commit under review and what it changes since the package was first claimed. */
async function whatToJudge(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane }: { wp: WorkPackage; lane: LaneContext },
) {
  const workspace = await lanes.inspect(lane.folder, lane.branches);
  const { commit, from, fixFrom } = await rangeOf(lanes, view.state.packages.get(wp.id), {
    lane,
    tip: workspace.tip,
  });
  const changed = await lanes.changedSince(from, commit);
  const owned = (path: string) =>
    wp.ownedFiles.length === 0 || wp.ownedFiles.some((glob) => matchesGlob(path, glob));
  return {
    workspace: lane.planning ? { ...workspace, path: lanes.primary, branch: lane.target } : workspace,
    commit,
    from,
    fixFrom,
    commitCount: await lanes.countCommits(from, commit),
    changedFiles: changed.filter(owned),
    startedDependents: startedDependents(view, wp.id),
  };
}

async function rangeOf(
  lanes: LaneRepository,
  known: PackageState | undefined,
  { lane, tip = '' }: { lane: LaneContext; tip: string | undefined },
) {
  const commit = known?.commit ?? tip;
  const from = known?.firstBaseCommit ?? (await lanes.resolve(`refs/heads/${lane.target}`)) ?? commit;
  const fix = known?.baseCommit ?? from;
  return { commit, from, fixFrom: fix === from ? null : fix };
}

function choose(view: MissionView, agent: string): WorkPackage {
  const next = decideNext({
    agent,
    openDecisions: [],
    spec: 'substantive',
    plan: 'substantive',
    packages: nextPackages(view),
    accepted: false,
  });
  if (next.kind === 'step' && next.action === 'review' && next.wp !== null) return findPackage(view, next.wp);
  throw new Fault(
    'refused',
    'NOTHING_TO_REVIEW',
    `No package of ${view.mission.directory} is waiting for review.`,
    {
      hints: [`Run \`spec-kitty next --mission ${view.mission.directory}\` to see what comes next.`],
    },
  );
}

async function record(
  ports: WorkPorts,
  { mission }: MissionView,
  { wp, lane, agent }: { wp: WorkPackage; lane: LaneContext; agent: string },
): Promise<boolean> {
  return ports.log.append(mission, `review ${wp.id}`, (log) => {
    const pkg = reduce(log).packages.get(wp.id);
    const decision = decideReviewClaim(pkg, { wpId: wp.id, actor: agent });
    if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory);
    if (decision.value.length === 0) return { rows: [], value: false };
    const writer = new RowWriter({ ...ports, mission }, log);
    const policy = { agent, ...(pkg?.commit ? { commit: pkg.commit } : {}) };
    const rows = decision.value.map((step) =>
      writer.transition(step, { policy, executionMode: lane.planning ? 'direct_repo' : 'worktree' }),
    );
    return { rows: [...rows, writer.annotation(wp.id, agent, { role: 'reviewer' })], value: true };
  });
}

function startedDependents({ packages, state }: MissionView, id: string): readonly string[] {
  return packages
    .filter((wp) => wp.dependencies.includes(id))
    .map((wp) => wp.id)
    .filter((dependent) =>
      ['claimed', 'in_progress', 'for_review', 'in_review'].includes(
        state.packages.get(dependent)?.slot.lane ?? '',
      ),
    );
}
