import type { ConflictPorts } from '../ports/conflict-ports.ts';
import type { ConflictRepository, MetLine, TouchingCommit } from '../ports/conflict-repository.ts';
import type { Integration, LaneResult, MergeConflict } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { parseWorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import { requirementRefs } from '../planning/requirements.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { withIntegrator } from '../merge/with-integrator.ts';
import { metLines } from './met-lines.ts';
import { packageRanges } from './package-ranges.ts';
import { tryLanes } from './try-lanes.ts';

/** A commit of one side, and what it was made for. */
export interface SideCommit extends TouchingCommit {
  /** `null` on the target. */
  readonly wp: string | null;
  readonly requirements: readonly string[];
}

/** What one line of work did to a path since the sides parted. */
export interface ConflictSide {
  /** Lane id, or the target branch. */
  readonly name: string;
  readonly commits: readonly SideCommit[];
}

/** A path that conflicts, with everybody who changed it. */
export interface ExplainedConflict extends MergeConflict {
  readonly theirs: ConflictSide;
  /** The target, and the lanes merged before. */
  readonly ours: readonly ConflictSide[];
}

/** Who changed what of the paths that keep a mission from being merged; none when nothing does. */
export interface ExplainedMerge {
  readonly view: MissionView;
  readonly target: string;
  readonly conflicts: readonly ExplainedConflict[];
}

/**
 * Explains the conflicts that a merge would meet; nothing is moved.
 *
 * @throws Fault as `merge` does for everything but conflicts; acceptance is not asked for.
 */
export async function explainMerge(
  ports: ConflictPorts,
  request: { readonly mission: string | undefined },
): Promise<ExplainedMerge> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const { view, integration } = await tryLanes(ports, integrator, mission);
    const history = await ports.conflicts(mission);
    const conflicts = [];
    for (const lane of integration?.lanes ?? [])
      for (const conflict of lane.conflicts)
        conflicts.push(await explain(history, { view, integration, lane, conflict }));
    return { view, target: targetBranch(mission.meta), conflicts };
  });
}

interface Explaining {
  readonly view: MissionView;
  readonly integration: Integration | undefined;
  readonly lane: LaneResult;
  readonly conflict: MergeConflict;
}

/** Whoever changed or deleted a file that the other side has renamed did so under its old name. */
async function explain(history: ConflictRepository, explaining: Explaining): Promise<ExplainedConflict> {
  const { conflict } = explaining;
  const sides = await sidesOf(history, explaining, [conflict.path]);
  const former = [sides.theirs, ...sides.ours].flatMap(({ commits }) =>
    commits.flatMap(({ renames }) => (renames?.to === conflict.path ? [renames.from] : [])),
  );
  if (former.length === 0) return { ...conflict, ...sides };
  return { ...conflict, ...(await sidesOf(history, explaining, [conflict.path, ...former])) };
}

async function sidesOf(
  history: ConflictRepository,
  { view, integration, lane }: Explaining,
  names: readonly string[],
): Promise<Pick<ExplainedConflict, 'theirs' | 'ours'>> {
  const met = integration ? metLines(integration, lane) : [];
  const theirs = await sideOf(history, view, { lane, names, without: met.map(({ commit }) => commit) });
  const ours: ConflictSide[] = [];
  let without = [lane.commit];
  for (const line of met) {
    const found = integration?.lanes.find(({ laneId }) => laneId === line.laneId);
    ours.push(
      found
        ? await sideOf(history, view, { lane: found, names, without })
        : await targetSide(history, line, { names, without }),
    );
    // What reached the target or an earlier lane is told there.
    without = [...without, line.commit];
  }
  return { theirs, ours };
}

async function targetSide(
  history: ConflictRepository,
  { name, commit }: MetLine,
  { names, without }: { names: readonly string[]; without: readonly string[] },
): Promise<ConflictSide> {
  const commits = await history.touching(names, commit, without);
  return { name, commits: commits.map((one) => ({ ...one, wp: null, requirements: [] })) };
}

async function sideOf(
  history: ConflictRepository,
  view: MissionView,
  { lane, names, without }: { lane: LaneResult; names: readonly string[]; without: readonly string[] },
): Promise<ConflictSide> {
  const commits: SideCommit[] = [];
  for (const range of packageRanges(lane, without)) {
    const requirements = requirementsOf(view, range.wp);
    for (const commit of await history.touching(names, range.tip, range.without))
      commits.push({ ...commit, wp: range.wp, requirements });
  }
  return { name: lane.laneId, commits };
}

function requirementsOf({ mission, packages }: MissionView, id: string): readonly string[] {
  const fileName = packages.find((wp) => wp.id === id)?.fileName;
  const text = fileName === undefined ? undefined : mission.files.read(`tasks/${fileName}`);
  if (fileName === undefined || text === undefined) return [];
  const read = parseWorkPackageFile(fileName, text);
  return read.ok ? requirementRefs(read.file.frontmatter.requirementRefs).refs : [];
}
