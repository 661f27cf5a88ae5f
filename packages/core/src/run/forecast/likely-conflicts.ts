import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { laneOf } from '../../execution-lanes/read-lanes.ts';
import { areOrdered, type Dependencies } from '../../planning/dependency-graph.ts';
import type { ForecastReason, PairForecast } from './forecast-conflicts.ts';
import type { ReachWhy } from './package-reach.ts';

/** What is at least so likely is told; found on missions that it is not measured by. */
const LIKELY = 0.2;

/** Those of a forecast that are worth telling: of packages that can be worked on at the same moment. */
export function likelyConflicts(
  forecast: readonly PairForecast[],
  { lanes, dependencies }: { readonly lanes: LanesManifest; readonly dependencies: Dependencies },
): readonly PairForecast[] {
  return forecast.filter(
    ({ a, b, likelihood }) =>
      likelihood >= LIKELY &&
      laneOf(lanes, a)?.lane_id !== laneOf(lanes, b)?.lane_id &&
      !areOrdered(dependencies, a, b),
  );
}

/** What two packages need for themselves alone so that they are not worked on at once, by package. */
export function forecastResources(pairs: readonly PairForecast[]): ReadonlyMap<string, readonly string[]> {
  const resources = new Map<string, string[]>();
  for (const { a, b } of pairs)
    for (const wp of [a, b]) resources.set(wp, [...(resources.get(wp) ?? []), `forecast:${a}+${b}`]);
  return resources;
}

/** Says for people what may happen, and in which files. */
export function forecastSentence({ a, b, likelihood, reasons }: PairForecast): string {
  const why = reasons.map((reason) => reasonOf(reason, a, b)).join('; ');
  return `${a} and ${b} may conflict (${Math.round(likelihood * 100)} %): ${why}.`;
}

function reasonOf({ path, why: [first, second] }: ForecastReason, a: string, b: string): string {
  if (first === second) return `${BOTH[first]} ${path}`;
  return `${path}, which ${a} ${ONE[first]} and ${b} ${ONE[second]}`;
}

const BOTH: Readonly<Record<ReachWhy, string>> = {
  owned: 'both own',
  history: 'what both own has changed together with',
  symbols: 'both own what is used in',
};

const ONE: Readonly<Record<ReachWhy, string>> = {
  owned: 'owns',
  history: 'has changed with its files',
  symbols: 'has definitions for',
};
