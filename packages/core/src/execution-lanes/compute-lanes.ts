import type { CollapseEvent, ExecutionLane, LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { areOrdered, topologicalOrder, type Dependencies } from '../planning/dependency-graph.ts';
import type { GlobPattern } from './glob-pattern.ts';
import { globPatterns, overlappingPairs } from './globs-intersect.ts';
import { codeLaneId, PLANNING_LANE } from './lane-ids.ts';

/** What the computation needs to know about one work package. */
export interface LanePackage {
  readonly id: string;
  readonly dependencies: readonly string[];
  /** Planning packages write documents in the primary checkout and share one lane. */
  readonly planning: boolean;
  readonly ownedFiles: readonly string[];
  /** Lane that the package's work is in already; the package stays there. */
  readonly startedIn?: string | undefined;
}

/** Lanes for a mission's packages, or the started packages whose new kind does not fit the lane their work is in. */
export type ComputedLanes =
  | { readonly ok: true; readonly lanes: readonly ExecutionLane[]; readonly merges: readonly CollapseEvent[] }
  | { readonly ok: false; readonly stranded: readonly { readonly id: string; readonly lane: string }[] };

/**
 * Groups packages into execution lanes (L§5.2): packages whose owned files overlap share one, planning
 * packages share `lane-planning`; every package is in exactly one.
 *
 * Packages that have started keep their lane, so no work is left behind on a branch that nothing reads:
 * two started lanes are never joined, even where their files have come to overlap.
 * Nor is a lane that holds work given to packages that have nothing to do with it.
 *
 * @param used lanes that hold work, also of packages that have left the plan.
 */
export function computeLanes(
  packages: readonly LanePackage[],
  used: ReadonlySet<string> = new Set(),
): ComputedLanes {
  const sorted = packages.toSorted(byId);
  const graph: Dependencies = new Map(sorted.map(({ id, dependencies }) => [id, dependencies]));
  const { groups, merges } = groupByWriteScope(
    sorted.filter(({ planning }) => !planning),
    graph,
  );
  const names = nameGroups(groups, used);
  const planning = sorted.filter((wp) => wp.planning);
  const members = new Map(planning.length > 0 ? [[PLANNING_LANE, planning]] : []);
  for (const [index, group] of groups.entries()) members.set(names[index] ?? '', group);

  const stranded = [...members].flatMap(([lane, group]) =>
    group.flatMap(({ id, startedIn }) =>
      startedIn === undefined || startedIn === lane ? [] : [{ id, lane: startedIn }],
    ),
  );
  return stranded.length > 0 ? { ok: false, stranded } : { ok: true, lanes: toLanes(members), merges };
}

/** Builds the `collapse_report` of lanes.json; without merges there is none. */
export function collapseReport(
  events: readonly CollapseEvent[],
  graph: Dependencies,
): NonNullable<LanesManifest['collapse_report']> | undefined {
  if (events.length === 0) return undefined;
  const byRule: Record<string, number> = {};
  for (const { rule } of events) byRule[rule] = (byRule[rule] ?? 0) + 1;
  const independent = events.filter(({ wp_a, wp_b }) => !areOrdered(graph, wp_a, wp_b));
  return {
    events,
    total_merges: events.length,
    independent_wps_collapsed: independent.length,
    by_rule: byRule,
  };
}

function groupByWriteScope(code: readonly LanePackage[], graph: Dependencies) {
  const merges: CollapseEvent[] = [];
  const scopes = new Map(code.map(({ id, ownedFiles }) => [id, globPatterns(ownedFiles)]));
  const groupOf = new Map(code.map((wp) => [wp.id, [wp]]));
  const join = (a: LanePackage, b: LanePackage, rule: string, evidence: string) => {
    const left = groupOf.get(a.id) ?? [];
    const right = groupOf.get(b.id) ?? [];
    if (
      left === right ||
      (startedLane(left) ?? startedLane(right)) !== (startedLane(right) ?? startedLane(left))
    )
      return;
    const joined = [...left, ...right];
    for (const { id } of joined) groupOf.set(id, joined);
    merges.push({ wp_a: a.id, wp_b: b.id, rule, evidence });
  };
  for (const [a, b] of pairs(code)) {
    const overlap = overlappingPairs(scopeOf(scopes, a), scopeOf(scopes, b));
    if (overlap.length > 0) join(a, b, 'write_scope_overlap', describe(overlap, a, b, graph));
  }
  for (const [a, b] of pairs(code)) {
    if (a.startedIn !== undefined && a.startedIn === b.startedIn) {
      join(a, b, 'started_together', `work of both is in ${a.startedIn}`);
    }
  }
  // In the order of their first packages.
  const groups = [...new Set(groupOf.values())].map((group) => group.toSorted(byId));
  return { groups, merges };
}

function byId(a: LanePackage, b: LanePackage): number {
  return a.id < b.id ? -1 : 1;
}

function scopeOf(scopes: ReadonlyMap<string, ReadonlyMap<string, GlobPattern>>, { id }: LanePackage) {
  return scopes.get(id) ?? new Map<string, GlobPattern>();
}

function pairs<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
}

function describe(
  overlap: readonly (readonly [string, string])[],
  a: LanePackage,
  b: LanePackage,
  graph: Dependencies,
): string {
  const globs = overlap.map(([left, right]) => `'${left}' vs '${right}'`).join(', ');
  const dependsOn = (x: string, y: string) => (graph.get(x)?.includes(y) ? `; ${x} depends on ${y}` : '');
  return `overlapping globs: ${globs}${dependsOn(a.id, b.id) || dependsOn(b.id, a.id)}`;
}

/** Code that was started as planning work has no lane to keep. */
function startedLane(group: readonly LanePackage[]): string | undefined {
  const lanes = group.flatMap(({ startedIn }) => startedIn ?? []);
  return lanes.find((lane) => lane !== PLANNING_LANE);
}

/** A group with started work keeps that lane's id; the others take the free ids in order. */
function nameGroups(
  groups: readonly (readonly LanePackage[])[],
  used: ReadonlySet<string>,
): readonly string[] {
  const kept = groups.map(startedLane);
  const taken = new Set([...kept, ...used]);
  let index = 0;
  return kept.map((name) => {
    if (name !== undefined) return name;
    while (taken.has(codeLaneId(index))) index += 1;
    index += 1;
    return codeLaneId(index - 1);
  });
}

function toLanes(members: ReadonlyMap<string, readonly LanePackage[]>): readonly ExecutionLane[] {
  const laneOf = new Map([...members].flatMap(([lane, group]) => group.map(({ id }) => [id, lane] as const)));
  const dependsOn = new Map<string, readonly string[]>();
  for (const [lane, group] of members) {
    const lanes = group.flatMap(({ dependencies }) => dependencies.flatMap((id) => laneOf.get(id) ?? []));
    dependsOn.set(lane, [...new Set(lanes)].filter((other) => other !== lane).toSorted());
  }
  const depths = laneDepths(dependsOn);
  return [...members]
    .map(([lane, group]): ExecutionLane => ({
      lane_id: lane,
      wp_ids: topologicalOrder(new Map(group.map(({ id, dependencies }) => [id, dependencies]))),
      write_scope: [...new Set(group.flatMap(({ ownedFiles }) => ownedFiles))].toSorted(),
      predicted_surfaces: lane === PLANNING_LANE ? ['planning'] : [],
      depends_on_lanes: dependsOn.get(lane) ?? [],
      parallel_group: depths.get(lane) ?? 0,
    }))
    .toSorted((a, b) => a.parallel_group - b.parallel_group || (a.lane_id < b.lane_id ? -1 : 1));
}

/**
 * Longest chain of lanes below each lane. Lanes can wait for each other although their packages do not;
 * such a loop is cut where it is closed, walking in sorted order as the predecessor does.
 */
function laneDepths(dependsOn: Dependencies): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const visiting = new Set<string>();
  const visit = (lane: string): number => {
    const known = depths.get(lane) ?? (visiting.has(lane) ? 0 : undefined);
    if (known !== undefined) return known;
    visiting.add(lane);
    const depth = Math.max(0, ...(dependsOn.get(lane) ?? []).map((other) => 1 + visit(other)));
    depths.set(lane, depth);
    return depth;
  };
  for (const lane of [...dependsOn.keys()].toSorted()) visit(lane);
  return depths;
}
