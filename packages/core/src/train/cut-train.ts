import { boundTo, type TrainUnit } from './train-unit.ts';

/** Why a merge will not do. */
export interface Failure {
  /** The end of what its validation printed. */
  readonly output: string;
  /** Paths in conflict, where it could not even be made. */
  readonly conflicts: readonly string[];
}

/** What came of merging and validating some units; `value` is what the merge of them is. */
export type Tried<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** A merge of some units that is to be validated: none of them is the target as it stands. */
export interface Trial {
  readonly units: readonly TrainUnit[];
  /** Looking for what breaks it; what is left without that; the same once more. */
  readonly why: 'search' | 'target' | 'rest' | 'repeat';
}

/** A unit with which the validation fails, and without which it passes. */
export interface Culprit {
  readonly unit: TrainUnit;
  readonly failure: Failure;
  /** Packages that were merged with it when it failed, and pass without it. */
  readonly beside: readonly string[];
}

/** How a train was cut so that the rest of it passes. */
export interface Cut<T> {
  readonly lands: readonly TrainUnit[];
  /** The merge of these, which was validated; nothing where none is left. */
  readonly value: T | undefined;
  readonly culprits: readonly Culprit[];
  /** What cannot be merged without a culprit. */
  readonly waits: readonly TrainUnit[];
  /** Merges that failed, and passed when the same was validated again. */
  readonly unsteady: readonly { readonly packages: readonly string[]; readonly failure: Failure }[];
  /** Why nobody is to blame: the target fails by itself. */
  readonly target: Failure | null;
}

/**
 * Finds what breaks a merge of which the whole has failed, by validating beginnings of it: about log2 of them for each unit
 * that does. Of two that only fail together, the later one is found.
 *
 * Nothing is blamed on one failure alone: a second merge with the same unit must have failed, while everything else passes;
 * or the very same merge, once more. What passes then was bad luck, and is told as that.
 *
 * @param keepLanes whether lanes land whole or not at all.
 *
 * A generator, so that it decides without running anything: it yields what to validate, and is told what came of it.
 */
export function* cutTrain<T>(
  order: readonly TrainUnit[],
  whole: Failure,
  keepLanes: boolean,
): Generator<Trial, Cut<T>, Tried<T>> {
  const search = new Search<T>(order, whole, keepLanes);
  while (search.isOpen) yield* search.step();
  return search.cut;
}

class Search<T> {
  readonly #keepLanes: boolean;
  #order: readonly TrainUnit[];
  /** What failed, by how many units from the beginning were merged. */
  #failed: Map<number, Failure>;
  /** How many units from the beginning pass, and what they are merged. */
  #good = 0;
  #value: T | undefined;
  /** Whether anything has passed yet. */
  #hasPassed = false;
  readonly #culprits: Culprit[] = [];
  readonly #waits: TrainUnit[] = [];
  readonly #unsteady: Cut<T>['unsteady'][number][] = [];
  #target: Failure | null = null;

  constructor(order: readonly TrainUnit[], whole: Failure, keepLanes: boolean) {
    this.#order = order;
    this.#keepLanes = keepLanes;
    this.#failed = new Map([[order.length, whole]]);
  }

  get isOpen(): boolean {
    return this.#target === null && this.#good < this.#order.length;
  }

  get cut(): Cut<T> {
    return {
      lands: this.#target === null ? this.#order : [],
      value: this.#good > 0 ? this.#value : undefined,
      culprits: this.#culprits,
      waits: this.#waits,
      unsteady: this.#unsteady,
      target: this.#target,
    };
  }

  *step(): Generator<Trial, void, Tried<T>> {
    const all = this.#order.length;
    const bad = Math.min(...this.#failed.keys());
    if (this.#failed.size === 0) yield* this.#look(all);
    else if (bad - this.#good > 1) yield* this.#look(middle(this.#good, bad, all));
    else yield* this.#judge(bad);
  }

  *#look(count: number): Generator<Trial, void, Tried<T>> {
    const tried = yield { units: this.#order.slice(0, count), why: 'search' };
    if (tried.ok) this.#pass(count, tried.value);
    else this.#failed.set(count, tried.failure);
  }

  #pass(count: number, value: T): void {
    this.#good = count;
    this.#value = value;
    this.#hasPassed = true;
  }

  /** The beginning before a unit passes, and fails with it. */
  *#judge(bad: number): Generator<Trial, void, Tried<T>> {
    if (!(yield* this.#targetPasses())) return;
    const [unit, failure] = [this.#order[bad - 1], this.#failed.get(bad)];
    if (unit === undefined || failure === undefined) return;
    const parting = this.#partingWith(unit);
    const others = parting.isNew ? yield { units: parting.rest, why: 'rest' } : undefined;
    const isProved = this.#failed.size > 1 && others?.ok !== false;
    if (!isProved && (yield* this.#passesAgain(bad, failure))) return;
    this.#culprits.push({ unit, failure, beside: packagesOf(this.#order.slice(0, bad - 1)) });
    this.#goOnWith(parting, others);
  }

  /** What would be left without a unit. */
  #partingWith(unit: TrainUnit): Parting {
    const waits = boundTo(unit, this.#order, this.#keepLanes);
    const rest = this.#order.filter((one) => one !== unit && !waits.includes(one));
    const begins = this.#order.slice(0, this.#good).every((one, at) => rest[at] === one);
    return { waits, rest, begins, isNew: rest.length > 0 && !(begins && rest.length === this.#good) };
  }

  #goOnWith({ waits, rest, begins }: Parting, others: Tried<T> | undefined): void {
    this.#waits.push(...waits);
    this.#order = rest;
    this.#failed = new Map();
    if (!begins) this.#good = 0;
    if (others?.ok) this.#pass(rest.length, others.value);
    else if (others) this.#failed.set(rest.length, others.failure);
  }

  /** With a target that fails by itself, the first unit would always look like the one to blame. */
  *#targetPasses(): Generator<Trial, boolean, Tried<T>> {
    if (this.#hasPassed) return true;
    const tried = yield { units: [], why: 'target' };
    if (tried.ok) this.#hasPassed = true;
    else this.#target = tried.failure;
    return tried.ok;
  }

  *#passesAgain(count: number, failure: Failure): Generator<Trial, boolean, Tried<T>> {
    const units = this.#order.slice(0, count);
    const again = yield { units, why: 'repeat' };
    if (!again.ok) return false;
    this.#unsteady.push({ packages: packagesOf(units), failure });
    this.#failed.delete(count);
    this.#pass(count, again.value);
    return true;
  }
}

/** Towards the ends where blame takes one validation more: the target's own, or a repetition. */
function middle(good: number, bad: number, all: number): number {
  const half = (good + bad) / 2;
  return bad === all ? Math.ceil(half) : Math.floor(half);
}

function packagesOf(units: readonly TrainUnit[]): readonly string[] {
  return units.flatMap(({ packages }) => packages);
}

/** What becomes of the order without one of its units. */
interface Parting {
  readonly waits: readonly TrainUnit[];
  readonly rest: readonly TrainUnit[];
  /** Whether the rest begins with all that has passed. */
  readonly begins: boolean;
  /** Whether nobody has validated the rest yet. */
  readonly isNew: boolean;
}
