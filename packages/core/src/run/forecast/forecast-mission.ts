import { ChangeHistory } from './change-history.ts';
import { collision } from './edit-collisions.ts';
import { SortedFiles } from './files-of-globs.ts';
import { forecastConflicts, type PairForecast } from './forecast-conflicts.ts';
import type { ForecastSource } from './forecast-source.ts';
import {
  type ForecastPackage,
  followingRate,
  historyReach,
  joinedReach,
  ownedReach,
  type PackageReach,
  symbolReach,
} from './package-reach.ts';
import { isSource, symbolUses } from './source-symbols.ts';

/** So many files are read for what they define and use, however many a mission owns. */
const MOST_TEXTS = 3000;

/** Of so many files it is looked up how their changes have met: those that matter most. */
const MOST_EDITED = 60;

/**
 * Says before any work how likely each two packages conflict: by what they own, what has changed together, and what uses
 * what.
 */
export async function forecastMission(
  source: ForecastSource,
  packages: readonly ForecastPackage[],
): Promise<readonly PairForecast[]> {
  const history = new ChangeHistory(await source.commits());
  const files = new SortedFiles(await source.files());
  const owned = new Map(packages.map((wp) => [wp.id, ownedReach(wp, files, history)]));
  const changed = mapped(owned, (reach) => joinedReach(reach, historyReach(reach, history)));
  const concerned = [
    ...new Set([...owned.values(), ...changed.values()].flatMap((reach) => [...reach.keys()])),
  ];
  const texts = await source.texts(concerned.filter(isSource).slice(0, MOST_TEXTS));
  const uses = symbolUses(texts);
  const rate = followingRate(uses, history);
  const reaches = new Map(
    [...changed].map(([id, reach]) => {
      const own = owned.get(id) ?? new Map();
      return [id, joinedReach(reach, symbolReach(own, uses, rate))];
    }),
  );
  const edits = await source.edits(mostShared(reaches));
  const known = new Map<string, number>();
  return forecastConflicts(reaches, (path) => {
    const found = known.get(path) ?? collision(path, texts.get(path)?.split('\n').length, edits.get(path));
    known.set(path, found);
    return found;
  });
}

/** Paths on which most of a forecast rests. */
function mostShared(reaches: ReadonlyMap<string, PackageReach>): readonly string[] {
  const sums = new Map<string, { readonly sum: number; readonly squares: number }>();
  for (const reach of reaches.values())
    for (const [path, { likelihood }] of reach) {
      const { sum = 0, squares = 0 } = sums.get(path) ?? {};
      sums.set(path, { sum: sum + likelihood, squares: squares + likelihood ** 2 });
    }
  // Twice the likelihood that two of them change it, summed over all twos.
  return [...sums]
    .map(([path, { sum, squares }]) => ({ path, shared: sum ** 2 - squares }))
    .filter(({ shared }) => shared > 0.001)
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, MOST_EDITED)
    .map(({ path }) => path);
}

function mapped<K, V, W>(from: ReadonlyMap<K, V>, to: (value: V) => W): Map<K, W> {
  return new Map([...from].map(([key, value]) => [key, to(value)]));
}
