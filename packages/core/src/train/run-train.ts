import { Fault } from '../fault.ts';
import type { Integrator, LaneCommit } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isJsonObject, text } from '../status/rows/json-value.ts';
import { type Cut, cutTrain, type Failure, type Tried } from './cut-train.ts';
import { lanesOf, type TrainFacts, trainCommits, trainUnits } from './train-unit.ts';

/** A merge whose validation has failed, or that conflicts. */
export interface FailedMerge<T> {
  readonly view: MissionView;
  readonly integrator: Pick<Integrator, 'held'>;
  readonly lanes: readonly LaneCommit[];
  /** Packages that the merge would complete, those without a lane included. */
  readonly completes: readonly string[];
  readonly failure: Fault;
  /** Whether lanes land whole or not at all. */
  readonly keepLanes: boolean;
  /** Whether an attempt validates what it has merged. */
  readonly validates: boolean;
  /** Merges some of the lanes beside every checkout. @throws Fault `MERGE_CONFLICT` or `VALIDATION_FAILED`. */
  attempt(lanes: readonly LaneCommit[]): Promise<T>;
}

/** What is left of a merge without what breaks it. */
export interface Train<T> extends Cut<T> {
  readonly lanesLeft: readonly LaneCommit[];
  /** Packages that wait for a culprit, those without a lane included. */
  readonly waiting: readonly string[];
  /** How often the validation ran, the first failure included. */
  readonly validations: number;
}

/** Whether a validation has said no, and not merely nothing. */
export function hasFailed(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'VALIDATION_FAILED';
}

/** Whether lanes cannot be merged by Git alone. */
export function hasConflicts(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'MERGE_CONFLICT';
}

/** Finds what breaks a merge, by merging and validating parts of it beside every checkout. Moves nothing. */
export async function runTrain<T>(merge: FailedMerge<T>): Promise<Train<T>> {
  const { lanes } = merge;
  const order = trainUnits(await factsOf(merge));
  const search = cutTrain<T>(order, failureOf(merge.failure), merge.keepLanes);
  let validations = Number(merge.validates);
  let step = search.next();
  while (!step.done) {
    validations += Number(merge.validates);
    step = search.next(await tried(merge, lanesOf(step.value.units, lanes)));
  }
  const cut = step.value;
  const stays = new Set(
    [...cut.culprits.map(({ unit }) => unit), ...cut.waits].flatMap((unit) => unit.packages),
  );
  const culprits = new Set(cut.culprits.flatMap(({ unit }) => unit.packages));
  addDependents(stays, merge);
  return {
    ...cut,
    lanesLeft: lanesOf(cut.lands, lanes),
    waiting: [...stays].filter((wp) => !culprits.has(wp)).toSorted(),
    validations,
  };
}

async function factsOf<T>({ view, integrator, lanes }: FailedMerge<T>): Promise<TrainFacts> {
  const commits = trainCommits(lanes);
  const history = new Map<string, ReadonlySet<string>>();
  for (const commit of commits) {
    const others = commits.filter((other) => other !== commit);
    history.set(commit, await integrator.held(commit, others));
  }
  const slots = [...view.state.packages];
  return {
    lanes,
    dependencies: dependenciesOf(view),
    approvedAt: new Map(slots.map(([id, { slot }]) => [id, slot.last_transition_at ?? ''])),
    history,
  };
}

function dependenciesOf({ packages, state }: MissionView): ReadonlyMap<string, readonly string[]> {
  return new Map(
    packages.map(({ id, dependencies }) => [
      id,
      [...dependencies, ...Object.keys(state.packages.get(id)?.builtOn ?? {})],
    ]),
  );
}

/** What has no lane is on the target already, and is not done before what it rests on. */
function addDependents<T>(stays: Set<string>, { view, completes }: FailedMerge<T>): void {
  const needs = dependenciesOf(view);
  for (let before = -1; before !== stays.size;) {
    before = stays.size;
    for (const wp of completes) if (needs.get(wp)?.some((id) => stays.has(id))) stays.add(wp);
  }
}

async function tried<T>(merge: FailedMerge<T>, lanes: readonly LaneCommit[]): Promise<Tried<T>> {
  try {
    return { ok: true, value: await merge.attempt(lanes) };
  } catch (error) {
    if (!hasFailed(error) && !hasConflicts(error)) throw error;
    return { ok: false, failure: failureOf(error) };
  }
}

function failureOf({ details }: Fault): Failure {
  const { output, conflicts: found } = details;
  const rows = Array.isArray(found) ? found.filter(isJsonObject) : [];
  return {
    output: typeof output === 'string' ? output : '',
    conflicts: [...new Set(rows.map((row) => text(row['path'])))],
  };
}
