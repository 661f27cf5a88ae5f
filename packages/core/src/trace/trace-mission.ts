import type { SlotLane } from '@spec-kitty/protocol/lane';
import type { RequirementRow } from '../check/check-mission.ts';
import { humanName, mid8 } from '../mission/resolve-handle.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isTestFile } from '../run/evidence/test-file.ts';
import { isSettled } from '../status/package-state.ts';
import { type PackageWork, packageWork, targetTip } from './package-work.ts';
import type { TracePorts } from './trace-ports.ts';

/** A package with what became of it. */
export interface TracedPackage {
  readonly wp: WorkPackage;
  /** `null` before its first event. */
  readonly lane: SlotLane | null;
  readonly requirements: readonly string[];
  readonly work: PackageWork;
  /** Test files that it changes, and that are still there. */
  readonly tests: readonly string[];
  /** Where its work is on the target, once it is. */
  readonly landed: { readonly target: string; readonly commit: string | null } | null;
}

/** A test that counts for a requirement: a package of it has changed it, or it names the requirement. */
export interface TracedTest {
  readonly path: string;
  readonly because: 'changed' | 'names';
}

/** A requirement with everything that speaks for it. */
export interface TracedRequirement {
  readonly id: string;
  /** Line of spec.md. */
  readonly line: number;
  readonly packages: readonly string[];
  readonly commits: readonly string[];
  readonly files: readonly string[];
  readonly tests: readonly TracedTest[];
  readonly state: RequirementState;
}

/**
 * `uncovered`: no package delivers it, canceled ones aside, or all that were to are through and changed nothing. `planned`,
 * `under_way`, `delivered`: none of its packages has begun, some has, all are approved or done.
 */
export type RequirementState = 'uncovered' | 'planned' | 'under_way' | 'delivered';

/** What a mission's requirements have come to. */
export interface Trace {
  /** In the order of their ids. */
  readonly requirements: readonly TracedRequirement[];
  readonly packages: readonly TracedPackage[];
}

/** Follows every requirement to its packages, commits, files and tests; nothing of it is kept anywhere. */
export async function traceMission(
  ports: TracePorts,
  view: MissionView,
  declared: readonly RequirementRow[],
): Promise<Trace> {
  const packages: TracedPackage[] = [];
  for (const wp of view.packages) packages.push(await tracePackage(ports, view, { wp, declared }));
  const mentions = new Mentions(ports, view, packages);
  const requirements: TracedRequirement[] = [];
  for (const row of declared) {
    const own = packages.filter(({ wp }) => row.packages.includes(wp.id));
    requirements.push({
      id: row.id,
      line: row.line,
      packages: row.packages,
      commits: distinct(own.flatMap(({ work }) => work.commits.map(({ id }) => id))),
      files: distinct(own.flatMap(({ work }) => work.files.map(({ path }) => path))).toSorted(),
      tests: testsOf(own, await mentions.of(row.id, own)),
      state: stateOf(own),
    });
  }
  return { requirements, packages };
}

async function tracePackage(
  ports: TracePorts,
  view: MissionView,
  { wp, declared }: { readonly wp: WorkPackage; readonly declared: readonly RequirementRow[] },
): Promise<TracedPackage> {
  const state = view.state.packages.get(wp.id);
  const work = await packageWork(ports, view, wp);
  const { merge } = view;
  return {
    wp,
    lane: state?.slot.lane ?? null,
    requirements: declared.filter(({ packages }) => packages.includes(wp.id)).map(({ id }) => id),
    work,
    tests: work.files.filter(({ path, gone }) => !gone && isTestFile(path)).map(({ path }) => path),
    landed:
      state?.slot.lane === 'done'
        ? (state.landing ?? (merge && { target: merge.target, commit: merge.commit }))
        : null,
  };
}

function testsOf(own: readonly TracedPackage[], named: readonly string[]): readonly TracedTest[] {
  const tests = new Map<string, TracedTest>();
  for (const path of named) tests.set(path, { path, because: 'names' });
  // What says itself which requirement it is about says more than that a package has touched it.
  for (const path of own.flatMap((one) => one.tests))
    if (!tests.has(path)) tests.set(path, { path, because: 'changed' });
  return [...tests.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function stateOf(own: readonly TracedPackage[]): RequirementState {
  const alive = own.filter(({ lane }) => lane !== 'canceled');
  const isThrough = alive.every(({ lane }) => isSettled(lane ?? undefined));
  const isEmpty = alive.every(({ work }) => work.source !== 'none' && work.files.length === 0);
  if (alive.length === 0 || (isThrough && isEmpty)) return 'uncovered';
  if (isThrough) return 'delivered';
  const isUntouched = alive.every(
    ({ lane, work }) =>
      (lane === null || lane === 'planned' || lane === 'uninitialized') && work.files.length === 0,
  );
  return isUntouched ? 'planned' : 'under_way';
}

/** Looks into each commit once, however many requirements ask. */
class Mentions {
  readonly #ports: TracePorts;
  readonly #view: MissionView;
  /** Files that some package of the mission changes: what they name is this mission's. */
  readonly #changed: ReadonlySet<string>;
  readonly #found = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  constructor(ports: TracePorts, view: MissionView, packages: readonly TracedPackage[]) {
    this.#ports = ports;
    this.#view = view;
    this.#changed = new Set(packages.flatMap(({ work }) => work.files.map(({ path }) => path)));
  }

  /** Test files that name a requirement, where its packages leave them or, before there is work, on the target. */
  async of(id: string, own: readonly TracedPackage[]): Promise<readonly string[]> {
    const tips = distinct(own.flatMap(({ work }) => work.tip ?? []));
    const places = tips.length > 0 ? tips : [await targetTip(this.#ports, this.#view)];
    const paths: string[] = [];
    for (const commit of places)
      if (commit !== undefined) paths.push(...((await this.#at(commit)).get(id) ?? []));
    return distinct(paths);
  }

  #at(commit: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const known = this.#found.get(commit);
    if (known) return known;
    const found = this.#look(commit);
    this.#found.set(commit, found);
    return found;
  }

  async #look(commit: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const { directory, missionId } = this.#view.mission;
    const { trees, hasOthers } = this.#ports;
    const mentions = (await trees.mentions(commit)).filter(({ path }) => isTestFile(path));
    const ours =
      hasOthers && mentions.length > 0
        ? await trees.naming(commit, [directory, humanName(directory), mid8(missionId)])
        : undefined;
    const byId = new Map<string, string[]>();
    for (const { path, id } of mentions)
      if (ours === undefined || ours.has(path) || this.#changed.has(path))
        byId.set(id, [...(byId.get(id) ?? []), path]);
    return byId;
  }
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
