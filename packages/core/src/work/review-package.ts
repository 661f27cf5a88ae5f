import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { chooseReview } from '../next/decide-next.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { LaneRepository, LaneState } from '../ports/lane-repository.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { decideReviewClaim } from '../status/decide-claim.ts';
import type { PackageState } from '../status/package-state.ts';
import type { Transition } from '../status/decide-transition.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { findPackage, requireReadable } from '../mission/find-package.ts';
import { type LaneContext, laneContext, recordedName } from '../execution-lanes/lane-context.ts';
import { requireHere } from '../execution-lanes/reviewed-commit-lost.ts';
import { laneChanges } from './lane-changes.ts';
import { type ReviewedMerge, reviewedMerges } from './lane-merges.ts';
import { type UndoneChanges, undoneChanges } from './undone-changes.ts';
import { planningWork } from './planning-lane.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import { RowWriter } from '../log/row-writer.ts';
import { untilUnmoved } from './until-unmoved.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { shellWord } from '../shell-word.ts';

/** A package taken for review, with what there is to judge. */
export interface Review {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly workspace: LaneState;
  /** The verdict is about exactly this one. */
  readonly commit: string;
  /** Tip of the lane before the package's first commit. */
  readonly from: string;
  /** Tip of the lane before the latest fix; `null` for a first attempt. */
  readonly fixFrom: string | null;
  readonly commitCount: number;
  /** Files of the package that are changed. */
  readonly changedFiles: readonly string[];
  /** Files changed although the package does not own them: they are merged with the rest. */
  readonly changedOutsideOwned: readonly string[];
  /** Merges on the lane that are not, or not only, what Git makes of their sides; resolutions of conflicts among them. */
  readonly merges: readonly ReviewedMerge[];
  /** What the lane has taken from the target and takes back other than by such a merge; `null` where there is nothing. */
  readonly undone: UndoneChanges | null;
  /** Packages already being worked on that depend on this one. */
  readonly startedDependents: readonly string[];
  readonly fresh: boolean;
}

interface ReviewRequest {
  readonly mission: string | undefined;
  readonly wp: string | undefined;
  readonly agent: string;
  /** What the event refers to instead of the usual mark of a claim. */
  readonly reviewRef?: string | undefined;
  /** What an orchestrator declares about itself; recorded beside our own facts, never in place of them. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
  /** A reviewer who is known to be gone, whom the package is taken from. */
  readonly releasedBy?: string | undefined;
}

/**
 * Takes a package for review; the one that has waited longest when none is named (L§7.2).
 *
 * What there is to judge is looked up first; if somebody moves the package meanwhile, all of it is looked up again.
 */
export function reviewPackage(ports: WorkPorts, request: ReviewRequest): Promise<Review> {
  const { wp } = request;
  // Whoever takes the package that nobody asked for by name leaves the others: each time another one is chosen.
  if (wp === undefined) return untilUnmoved('The package to review', () => takeOnce(ports, request), 100);
  return untilUnmoved(wp, () => takeOnce(ports, request));
}

/** `undefined` when the package has moved since it was judged what there is to review. */
async function takeOnce(ports: WorkPorts, request: ReviewRequest): Promise<Review | undefined> {
  const view = await ports.view(request.mission);
  requireCheckedOut(view.mission, await ports.branch());
  const wp = request.wp === undefined ? choose(view, request.agent) : findPackage(view, request.wp);
  requireReadable(view, wp);
  const lane = laneContext(view.mission, wp.id);
  decideTaking(view.mission.directory, view.state, { wp, request });
  // Before it is recorded: without Git there is nothing to judge, and nobody has taken the package then.
  const judged = await whatToJudge(await ports.lanes(), view, { wp, lane });
  const fresh = await record(ports, view, { wp, lane, request, commit: judged.commit });
  return fresh === undefined ? undefined : { view, wp, lane, fresh, ...judged };
}

/** The commit under review and what it changes since the package was first claimed. */
async function whatToJudge(
  lanes: LaneRepository,
  view: MissionView,
  { wp, lane }: { wp: WorkPackage; lane: LaneContext },
) {
  const workspace = await lanes.inspect(lane.folder, lane.branches);
  const range = await rangeOf(lanes, view.state.packages.get(wp.id), { lane, tip: workspace.tip });
  if (range === undefined) throw nothingToJudge(view.mission, wp, workspace);
  const { commit, from, fixFrom } = range;
  if (commit !== '')
    await requireHere(lanes, { wp: wp.id, commit, laneId: lane.laneId, branch: lane.branches[0] });
  // No event has named it yet; the one that does must not name what Git may throw away.
  if (view.state.packages.get(wp.id)?.commit !== commit)
    await lanes.keep(recordedName(view.mission, wp.id), commit);
  const changes = await laneChanges(lanes, { view, wp, lane }, { from, commit });
  const merges = commit === '' ? [] : await reviewedMerges(lanes, view, { wp, lane, tip: commit });
  const others = mergedPackages(view, wp, merges);
  // Of a lane everything is merged, whoever brought it in; on the target others work as well.
  const { commitCount, outside } = lane.planning
    ? await planningWork(lanes, view, { wp, base: from, tip: commit })
    : {
        commitCount: await ownCommits(lanes, lane, { from, commit, others }),
        outside: await unlikeOthers(lanes, changes.outside, { commit, others }),
      };
  return {
    workspace: lane.planning ? { ...workspace, path: lanes.primary, branch: lane.target } : workspace,
    commit,
    from,
    fixFrom,
    commitCount,
    changedFiles: changes.owned,
    changedOutsideOwned: outside,
    merges,
    undone: lane.planning
      ? null
      : await undoneChanges(lanes, { target: `refs/heads/${lane.target}`, from, commit, merges }),
    startedDependents: startedDependents(view, wp.id),
  };
}

/** Commits of other packages that merges have brought here, as a resolution of conflicts between lanes does. */
function mergedPackages(
  { state }: MissionView,
  { id }: WorkPackage,
  merges: readonly ReviewedMerge[],
): readonly string[] {
  const sides = new Set(merges.flatMap((merge) => merge.sides));
  return [...state.packages].flatMap(([other, { commit }]) =>
    other !== id && commit !== null && sides.has(commit) ? [commit] : [],
  );
}

/** What a lane took along as another package has it is for whoever reviews that one. */
async function unlikeOthers(
  lanes: LaneRepository,
  outside: readonly string[],
  { commit, others }: { readonly commit: string; readonly others: readonly string[] },
): Promise<readonly string[]> {
  let left = outside;
  for (const other of left.length > 0 ? others : []) {
    const differs = new Set(await lanes.changedSince(other, commit));
    left = left.filter((path) => differs.has(path));
  }
  return left;
}

/** Number of commits since a package's work began, without those that its lane has taken from the target or from other packages. */
async function ownCommits(
  lanes: LaneRepository,
  { target }: LaneContext,
  {
    from,
    commit,
    others,
  }: { readonly from: string; readonly commit: string; readonly others: readonly string[] },
): Promise<number> {
  const taken = await lanes.mergeBase(`refs/heads/${target}`, commit);
  const without = taken === undefined || taken === commit ? [] : [taken];
  return lanes.countCommits(from, commit, ...without, ...others);
}

/** `undefined` for a package that was moved here by force and has no commit anywhere. */
async function rangeOf(
  lanes: LaneRepository,
  known: PackageState | undefined,
  { lane, tip }: { lane: LaneContext; tip: string | undefined },
) {
  const commit = known?.commit ?? tip;
  if (commit === undefined) return undefined;
  const from = known?.firstBaseCommit ?? (await lanes.resolve(`refs/heads/${lane.target}`)) ?? commit;
  const fix = known?.baseCommit ?? from;
  return { commit, from, fixFrom: fix === from ? null : fix };
}

function nothingToJudge({ directory }: Mission, { id }: WorkPackage, { branch }: LaneState): Fault {
  return new Fault(
    'refused',
    'NO_COMMITS',
    `${id} has no commit that could be reviewed; its branch does not exist: ${branch}`,
    {
      hints: [
        `Give it back: \`spec-kitty agent tasks move-task ${id} --to planned --force --note "<reason>" --mission ${shellWord(directory)}\`.`,
        `Whoever implements it then claims it: \`spec-kitty agent action implement ${id} --agent <agent> --mission ${shellWord(directory)}\`.`,
      ],
      details: { wp_id: id, branch },
    },
  );
}

function choose(view: MissionView, agent: string): WorkPackage {
  const packages = nextPackages(view);
  // Where only their own is left, they are told so.
  const chosen = chooseReview(packages, agent) ?? packages.find(({ lane }) => lane === 'for_review');
  if (chosen) return findPackage(view, chosen.id);
  throw new Fault(
    'refused',
    'NOTHING_TO_REVIEW',
    `No package of ${view.mission.directory} is waiting for review.`,
    {
      hints: [
        `Run \`spec-kitty next --mission ${shellWord(view.mission.directory)}\` to see what comes next.`,
      ],
    },
  );
}

/** Decides whether the package may be taken by this agent. @throws Fault for a refusal. */
function decideTaking(
  directory: string,
  state: LogState,
  { wp, request: { agent, reviewRef, releasedBy } }: { wp: WorkPackage; request: ReviewRequest },
): readonly Transition[] {
  const claim = { wpId: wp.id, actor: agent, reviewRef, releasedBy };
  const decision = decideReviewClaim(state.packages.get(wp.id), claim);
  if (!decision.ok) throw explainRefusal(decision.refusal, directory);
  return decision.value;
}

/** Tells whether it is newly taken; `undefined` when the package has moved since the view was read. */
async function record(
  ports: WorkPorts,
  { mission, state: seen }: MissionView,
  {
    wp,
    lane,
    request,
    commit,
  }: { wp: WorkPackage; lane: LaneContext; request: ReviewRequest; commit: string },
): Promise<boolean | undefined> {
  const { agent } = request;
  const before = seen.packages.get(wp.id)?.slot.last_event_id;
  return ports.log.append<boolean | undefined>(mission, `review ${wp.id}`, (log) => {
    const state = reduce(log);
    if (state.packages.get(wp.id)?.slot.last_event_id !== before) return { rows: [], value: undefined };
    const steps = decideTaking(mission.directory, state, { wp, request });
    if (steps.length === 0) return { rows: [], value: false };
    const writer = new RowWriter({ ...ports, mission }, log);
    const policy = { ...request.policy, agent, commit };
    const rows = steps.map((step) =>
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
