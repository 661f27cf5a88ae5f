import { isLiteralGlob } from '../../execution-lanes/glob-pattern.ts';
import type { ChangeHistory } from './change-history.ts';
import type { SortedFiles } from './files-of-globs.ts';
import type { SymbolUse } from './source-symbols.ts';

/** What a forecast needs to know of a package. */
export interface ForecastPackage {
  readonly id: string;
  readonly ownedFiles: readonly string[];
}

/** Why a package may change a file. */
export type ReachWhy = 'owned' | 'history' | 'symbols';

/** How likely a package changes a file, and for which reason most. */
export interface Reached {
  readonly likelihood: number;
  readonly why: ReachWhy;
}

/** What a package may change, by path; what it hardly does is left out. */
export type PackageReach = ReadonlyMap<string, Reached>;

/** What is so unlikely is not followed. */
const LEAST = 0.02;

/** Files of one glob of which a package is thought to change some. */
const FILES_OF_A_GLOB = 2.5;

/** Not everybody goes beyond what a package owns, and a gate keeps them from it. */
const GOES_BEYOND = 0.85;

/** Whoever plans a package names the other files that it is about; of what is not named, so much is still changed. */
const UNPLANNED = 0.2;

/** What so many commits of a package's files change so often is a hub of theirs; no plan names it, either. */
const OWN_HUB = { commits: 20, likely: 0.25 };

/** A change of a definition changes those who use it as rarely as this, where nothing is known yet. */
const FOLLOWS = { rate: 0.08, patience: 20 };

/** Files that a package owns, with how likely it changes each. */
export function ownedReach(
  { ownedFiles }: ForecastPackage,
  files: SortedFiles,
  history: ChangeHistory,
): PackageReach {
  const reach = new Map<string, Reached>();
  for (const glob of ownedFiles) {
    const covered = files.of(glob);
    const isNamed = isLiteralGlob(glob) && covered.length <= 1;
    // What does not exist yet will be made, by whoever names it.
    if (isNamed) raise(reach, covered[0] ?? glob, { likelihood: 0.9, why: 'owned' });
    const weights = covered.map((path) => history.changes(path) + 1);
    const all = weights.reduce((sum, one) => sum + one, 0);
    for (const [at, path] of covered.entries()) {
      const likelihood = Math.min(0.85, (FILES_OF_A_GLOB * (weights[at] ?? 0)) / all);
      if (!isNamed) raise(reach, path, { likelihood, why: 'owned' });
    }
  }
  return reach;
}

/** What changes with the files of a package, as the commits of the past have it. */
export function historyReach(owned: PackageReach, history: ChangeHistory): PackageReach {
  const reach = new Map<string, Reached>();
  const hubs = history.hubs().map((path) => [path, history.share(path)] as const);
  const { commits, likely } = history.besides(new Set(owned.keys()));
  for (const [path, once] of [...hubs, ...likely]) {
    if (owned.has(path)) continue;
    const isHub =
      history.isHub(path) || (commits >= OWN_HUB.commits && (likely.get(path) ?? 0) >= OWN_HUB.likely);
    const unplanned = isHub ? 1 : UNPLANNED;
    const likelihood = GOES_BEYOND * unplanned * once;
    raise(reach, path, { likelihood, why: 'history' });
  }
  return reach;
}

/** Files that use what a package owns, and may have to change with it. */
export function symbolReach(owned: PackageReach, uses: readonly SymbolUse[], rate: number): PackageReach {
  const reach = new Map<string, Reached>();
  for (const { definedIn, usedIn } of uses) {
    const first = owned.get(definedIn);
    if (first === undefined || owned.has(usedIn)) continue;
    raise(reach, usedIn, { likelihood: GOES_BEYOND * UNPLANNED * first.likelihood * rate, why: 'symbols' });
  }
  return reach;
}

/** How often users of a definition have changed with it in this repository. */
export function followingRate(uses: readonly SymbolUse[], history: ChangeHistory): number {
  const { followed, of } = history.follows(uses.map(({ definedIn, usedIn }) => [definedIn, usedIn] as const));
  return (followed + FOLLOWS.rate * FOLLOWS.patience) / (of + FOLLOWS.patience);
}

/** All of several reaches; one file may be reached in several ways. */
export function joinedReach(...reaches: readonly PackageReach[]): PackageReach {
  const joined = new Map<string, Reached>();
  for (const reach of reaches)
    for (const [path, { likelihood, why }] of reach) {
      const known = joined.get(path);
      const together = 1 - (1 - (known?.likelihood ?? 0)) * (1 - likelihood);
      const main = known && known.likelihood >= likelihood ? known.why : why;
      joined.set(path, { likelihood: together, why: main });
    }
  return new Map([...joined].filter(([, { likelihood }]) => likelihood >= LEAST));
}

function raise(reach: Map<string, Reached>, path: string, to: Reached): void {
  if ((reach.get(path)?.likelihood ?? 0) < to.likelihood) reach.set(path, to);
}
