import type { LaneCommit } from '../ports/integration.ts';

/** The work of packages up to one commit of a lane. */
export interface TrainPart {
  readonly laneId: string;
  readonly packages: readonly string[];
  readonly commit: string;
  /** How many of the lane's parts it holds: the one with the most is the newest. */
  readonly depth: number;
}

/** What goes into a merge, or stays out of it, as a whole: one package, unless Git cannot tell several apart. */
export interface TrainUnit {
  readonly packages: readonly string[];
  readonly parts: readonly TrainPart[];
  /** Packages of other units that it cannot be merged without, directly or through others. */
  readonly needs: ReadonlySet<string>;
}

/** What the order of a train rests on. */
export interface TrainFacts {
  readonly lanes: readonly LaneCommit[];
  /** What each package depends on, or was given to build on. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** When each package was approved, as text. */
  readonly approvedAt: ReadonlyMap<string, string>;
  /** By commit, those of the others that it has in its history. */
  readonly history: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Commits of a merge whose histories a train has to know. */
export function trainCommits(lanes: readonly LaneCommit[]): readonly string[] {
  return [...new Set(lanes.flatMap(partsOf).map(({ commit }) => commit))];
}

/**
 * Puts what is to be merged in the order in which it was approved, so that every beginning of it can be merged by itself: what
 * a package depends on, what it was built on and what lies below it in its lane comes before it.
 */
export function trainUnits(facts: TrainFacts): readonly TrainUnit[] {
  const parts = facts.lanes.flatMap((lane) => ranked(partsOf(lane), facts));
  const reach = reachOf(parts, facts);
  const units: TrainUnit[] = [];
  const taken = new Set<TrainPart>();
  for (const part of parts) {
    if (taken.has(part)) continue;
    const same = parts.filter(
      (one) => one === part || (reach.get(part)?.has(one) && reach.get(one)?.has(part)),
    );
    for (const one of same) taken.add(one);
    const own = new Set(same.flatMap(({ packages }) => packages));
    const needed = [...(reach.get(part) ?? [])].flatMap(({ packages }) => packages);
    units.push({ packages: [...own], parts: same, needs: new Set(needed.filter((wp) => !own.has(wp))) });
  }
  return inOrder(units, facts);
}

/** The lanes of a merge as far as they belong to some of its units, in the order of the merge. */
export function lanesOf(units: readonly TrainUnit[], lanes: readonly LaneCommit[]): readonly LaneCommit[] {
  const parts = units.flatMap((unit) => unit.parts);
  return lanes.flatMap((lane) => {
    const own = parts.filter(({ laneId }) => laneId === lane.laneId).toSorted((a, b) => a.depth - b.depth);
    const newest = own.at(-1);
    if (!newest) return [];
    const here = new Set(own.flatMap(({ packages }) => packages));
    return [
      {
        ...lane,
        commit: newest.commit,
        packages: lane.packages.filter((wp) => here.has(wp)),
        reviewed: lane.reviewed.filter(({ wp }) => here.has(wp)),
      },
    ];
  });
}

/**
 * Those of some units that cannot be merged without another, directly or through others.
 *
 * @param keepLanes whether lanes stay whole: what lies below it in its lane cannot be merged without it either.
 */
export function boundTo(
  unit: TrainUnit,
  units: readonly TrainUnit[],
  keepLanes: boolean,
): readonly TrainUnit[] {
  const bound = new Set([unit]);
  for (let before = 0; before !== bound.size;) {
    before = bound.size;
    const packages = [...bound].flatMap((one) => one.packages);
    const lanes = new Set([...bound].flatMap(({ parts }) => parts.map(({ laneId }) => laneId)));
    for (const one of units) {
      const shares = keepLanes && one.parts.some(({ laneId }) => lanes.has(laneId));
      if (shares || packages.some((wp) => one.needs.has(wp))) bound.add(one);
    }
  }
  return units.filter((one) => one !== unit && bound.has(one));
}

type Unranked = Omit<TrainPart, 'depth'>;

/** A lane with an approval that names no commit is what its branch has: it cannot be divided. */
function partsOf({ laneId, packages, commit, reviewed }: LaneCommit): readonly Unranked[] {
  if (reviewed.length === 0 || reviewed.some((one) => one.commit === null))
    return [{ laneId, packages, commit }];
  const byCommit = new Map<string, string[]>();
  for (const one of reviewed)
    byCommit.set(one.commit ?? commit, [...(byCommit.get(one.commit ?? commit) ?? []), one.wp]);
  return [...byCommit].map(([id, wps]) => ({ laneId, packages: wps, commit: id }));
}

function ranked(parts: readonly Unranked[], { history }: TrainFacts): readonly TrainPart[] {
  return parts.map((part) => ({
    ...part,
    depth: parts.filter(({ commit }) => history.get(part.commit)?.has(commit)).length,
  }));
}

/** Everything that a part needs, near and far. */
function reachOf(
  parts: readonly TrainPart[],
  { dependencies, history }: TrainFacts,
): ReadonlyMap<TrainPart, ReadonlySet<TrainPart>> {
  const near = new Map(
    parts.map((part) => {
      const needed = new Set(part.packages.flatMap((wp) => dependencies.get(wp) ?? []));
      const held = history.get(part.commit) ?? new Set();
      const isNeeded = (one: TrainPart): boolean =>
        held.has(one.commit) || one.packages.some((wp) => needed.has(wp));
      return [part, parts.filter((one) => one !== part && isNeeded(one))] as const;
    }),
  );
  return new Map(
    parts.map((part) => {
      const seen = new Set<TrainPart>();
      const open = [...(near.get(part) ?? [])];
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        if (seen.has(one)) continue;
        seen.add(one);
        open.push(...(near.get(one) ?? []));
      }
      return [part, seen] as const;
    }),
  );
}

function inOrder(units: readonly TrainUnit[], { approvedAt }: TrainFacts): readonly TrainUnit[] {
  const last = ({ packages }: TrainUnit): string =>
    packages.map((wp) => approvedAt.get(wp) ?? '').reduce((a, b) => (a > b ? a : b), '');
  const rest = units.toSorted((a, b) => (last(a) < last(b) ? -1 : last(a) > last(b) ? 1 : 0));
  const waiting = new Set(rest.flatMap(({ packages }) => packages));
  const order: TrainUnit[] = [];
  while (rest.length > 0) {
    const at = rest.findIndex(({ needs }) => [...needs].every((wp) => !waiting.has(wp)));
    // Units need each other in no circle, since those that do are one.
    const [next] = rest.splice(Math.max(0, at), 1);
    if (!next) break;
    for (const wp of next.packages) waiting.delete(wp);
    order.push(next);
  }
  return order;
}
