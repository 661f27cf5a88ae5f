import type { PackageReach, ReachWhy } from './package-reach.ts';

/** A file in which two packages may conflict. */
export interface ForecastReason {
  readonly path: string;
  /** Of a conflict in this file. */
  readonly likelihood: number;
  /** Why each of the two may change it. */
  readonly why: readonly [ReachWhy, ReachWhy];
}

/** How likely two packages conflict that are worked on beside each other. */
export interface PairForecast {
  readonly a: string;
  readonly b: string;
  readonly likelihood: number;
  /** The likeliest files first, few of them. */
  readonly reasons: readonly ForecastReason[];
}

const MOST_REASONS = 3;

/** Every two packages that reach a file in common, the likeliest conflict first. */
export function forecastConflicts(
  reaches: ReadonlyMap<string, PackageReach>,
  collisionIn: (path: string) => number,
): readonly PairForecast[] {
  const entries = [...reaches];
  const found: PairForecast[] = [];
  for (const [at, [a, reachA]] of entries.entries())
    for (const [b, reachB] of entries.slice(at + 1)) {
      const reasons = reasonsFor(reachA, reachB, collisionIn);
      if (reasons.length === 0) continue;
      const likelihood = 1 - reasons.reduce((clean, reason) => clean * (1 - reason.likelihood), 1);
      found.push({ a, b, likelihood, reasons: reasons.slice(0, MOST_REASONS) });
    }
  return found.toSorted((one, other) => other.likelihood - one.likelihood);
}

function reasonsFor(
  a: PackageReach,
  b: PackageReach,
  collisionIn: (path: string) => number,
): readonly ForecastReason[] {
  const isSmaller = a.size <= b.size;
  const reasons: ForecastReason[] = [];
  for (const path of (isSmaller ? a : b).keys()) {
    const [left, right] = [a.get(path), b.get(path)];
    if (!left || !right) continue;
    const likelihood = left.likelihood * right.likelihood * collisionIn(path);
    reasons.push({ path, likelihood, why: [left.why, right.why] });
  }
  return reasons.toSorted((one, other) => other.likelihood - one.likelihood);
}
