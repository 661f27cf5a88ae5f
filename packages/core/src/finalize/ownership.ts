import { isLiteralGlob } from '../execution-lanes/glob-pattern.ts';
import {
  globMatcher,
  globPatterns,
  globsIntersect,
  overlappingPairs,
} from '../execution-lanes/globs-intersect.ts';
import { areOrdered, type Dependencies } from '../planning/dependency-graph.ts';

/** What a package owns. */
export interface Ownership {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly ownedFiles: readonly string[];
  readonly authoritativeSurface: string | undefined;
  readonly createIntent: readonly string[];
  /** `codebase-wide` exempts a package from the overlap and surface checks. */
  readonly scope: string | undefined;
}

/** One thing wrong with the ownership of one package, or of two. */
export interface OwnershipIssue {
  readonly rule: 'overlap' | 'surface' | 'literal-path-missing' | 'glob-without-match';
  readonly id: string;
  readonly path: string;
  readonly message: string;
}

/** Ownership problems of a mission; warnings do not stop anything. */
export interface OwnershipReport {
  readonly errors: readonly OwnershipIssue[];
  readonly warnings: readonly OwnershipIssue[];
}

/** Checks who owns what (L§4.8, step 14) against the repository's tracked files. */
export function checkOwnership(
  packages: readonly Ownership[],
  trackedFiles: readonly string[],
): OwnershipReport {
  const exists = fileExistence(trackedFiles);
  const unmatched = packages.flatMap((wp) =>
    wp.ownedFiles.flatMap((glob) => unmatchedGlob(wp, glob, exists)),
  );
  return {
    errors: [
      ...overlaps(packages),
      ...packages.flatMap(surfaceIssue),
      ...unmatched.filter(({ rule }) => rule === 'literal-path-missing'),
    ],
    warnings: unmatched.filter(({ rule }) => rule === 'glob-without-match'),
  };
}

const CODEBASE_WIDE = 'codebase-wide';

/** Only packages that could run at the same time may not overlap; ordered ones share a lane instead. */
function overlaps(packages: readonly Ownership[]): OwnershipIssue[] {
  const graph: Dependencies = new Map(packages.map(({ id, dependencies }) => [id, dependencies]));
  const narrow = packages.filter(({ scope }) => scope !== CODEBASE_WIDE);
  const scopes = narrow.map((wp) => ({ wp, patterns: globPatterns(wp.ownedFiles) }));
  return scopes.flatMap((a, index) =>
    scopes.slice(index + 1).flatMap((b): OwnershipIssue[] => {
      const [pair] = overlappingPairs(a.patterns, b.patterns);
      if (!pair || areOrdered(graph, a.wp.id, b.wp.id)) return [];
      const [left, right] = pair;
      const both = left === right ? `both own ${left}` : `overlap: ${left} and ${right}`;
      const message = `${a.wp.id} and ${b.wp.id} can run at the same time and ${both}.`;
      return [{ rule: 'overlap', id: a.wp.id, path: left, message }];
    }),
  );
}

function surfaceIssue({ id, authoritativeSurface: surface, ownedFiles, scope }: Ownership): OwnershipIssue[] {
  if (surface === undefined || scope === CODEBASE_WIDE) return [];
  if (ownedFiles.some((glob) => glob.startsWith(surface))) return [];
  const message = `${id}: authoritative_surface ${surface} is a prefix of none of its owned files.`;
  return [{ rule: 'surface', id, path: surface, message }];
}

function unmatchedGlob(wp: Ownership, glob: string, exists: (glob: string) => boolean): OwnershipIssue[] {
  if (exists(glob) || wp.createIntent.some((path) => globsIntersect(path, glob))) return [];
  if (isLiteralGlob(glob)) {
    const message = `${wp.id} owns ${glob}, which does not exist; correct it, or add it to create_intent.`;
    return [{ rule: 'literal-path-missing', id: wp.id, path: glob, message }];
  }
  const message = `${wp.id}: the glob ${glob} matches no file in the repository.`;
  return [{ rule: 'glob-without-match', id: wp.id, path: glob, message }];
}

/**
 * Answers whether a path or glob names something that is tracked. Literal paths are looked up, not
 * compared: a repository may have a hundred thousand files.
 */
export function fileExistence(trackedFiles: readonly string[]): (glob: string) => boolean {
  const paths = new Set(trackedFiles);
  const directories = new Set<string>();
  for (const path of trackedFiles) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return (glob) => {
    if (!isLiteralGlob(glob)) return trackedFiles.some(globMatcher(glob));
    const path = glob
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/');
    return paths.has(path) || directories.has(path) || (path === '' && trackedFiles.length > 0);
  };
}
