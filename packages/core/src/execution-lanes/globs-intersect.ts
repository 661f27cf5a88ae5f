import {
  globPattern,
  literalPattern,
  type Alternative,
  type Characters,
  type GlobPattern,
  type Unit,
} from './glob-pattern.ts';

/** Tells whether some path matches both globs; symmetric. Works on path segments, so `src/foo` and `src/foobar.py` are apart. */
export function globsIntersect(a: string, b: string): boolean {
  return patternsIntersect(globPattern(a), globPattern(b));
}

function patternsIntersect(a: GlobPattern, b: GlobPattern): boolean {
  return a.some((left) => b.some((right) => alternativesIntersect(left, right)));
}

/** Tells whether a glob covers a path, given relative to the repository with `/`. */
export function matchesGlob(path: string, glob: string): boolean {
  return globMatcher(glob)(path);
}

/** As {@link matchesGlob}, for one glob and many paths. */
export function globMatcher(glob: string): (path: string) => boolean {
  const pattern = globPattern(glob);
  // Nearly every path of a large repository is settled by the part of the glob before its first wildcard.
  const prefix = /^[^*?[\]{}\\]*/.exec(glob.replace(/^(?:\.\/)+/, ''))?.[0] ?? '';
  const start = prefix.includes('//') || prefix.includes('/./') ? '' : prefix.replace(/\/$/, '');
  return (path) => {
    if (!path.startsWith(start)) return false;
    const literal = literalPattern(path);
    return pattern.some((alternative) => alternativesIntersect(alternative, literal));
  };
}

/** Two sets of globs that share a path: the pairs that do, in the order given. */
export function overlappingPairs(
  a: ReadonlyMap<string, GlobPattern>,
  b: ReadonlyMap<string, GlobPattern>,
): readonly (readonly [string, string])[] {
  return [...a].flatMap(([left, pattern]) =>
    [...b].filter(([, other]) => patternsIntersect(pattern, other)).map(([right]) => [left, right] as const),
  );
}

/** Reads the globs of one package once. */
export function globPatterns(globs: readonly string[]): ReadonlyMap<string, GlobPattern> {
  return new Map(globs.map((glob) => [glob, globPattern(glob)]));
}

function alternativesIntersect(a: Alternative, b: Alternative): boolean {
  return haveCommonWord<readonly Unit[], '**'>(
    reach(a, b),
    reach(b, a),
    (segment): segment is '**' => segment === '**',
    (left, right) =>
      haveCommonWord<Characters, '*'>(left, right, (unit): unit is '*' => unit === '*', unitsMeet),
  );
}

function reach({ segments, below }: Alternative, other: Alternative): Alternative['segments'] {
  return below === 'all' || (below === 'literals' && other.literal) ? [...segments, '**'] : segments;
}

function unitsMeet(a: Characters, b: Characters): boolean {
  return a.some(([from, to]) => b.some(([start, end]) => from <= end && start <= to));
}

/**
 * Tells whether two sequences with wildcards have a word in common. Segments and characters follow the
 * same rule, so both levels use this: row by row, `meets[j]` says whether the first `i` symbols of `a`
 * and the first `j` of `b` do.
 */
function haveCommonWord<T, W extends string>(
  a: readonly (T | W)[],
  b: readonly (T | W)[],
  isWildcard: (symbol: T | W | undefined) => symbol is W,
  meet: (left: T, right: T) => boolean,
): boolean {
  let above: boolean[] = [];
  for (let i = 0; i <= a.length; i += 1) {
    const meets: boolean[] = [];
    const left = a[i - 1];
    for (let j = 0; j <= b.length; j += 1) {
      const right = b[j - 1];
      // A wildcard stands for nothing (one side without it) or for one symbol more of the other side.
      if (isWildcard(left) || isWildcard(right)) meets.push(above[j] === true || meets[j - 1] === true);
      else if (left === undefined || right === undefined) meets.push(left === right);
      else meets.push(above[j - 1] === true && meet(left, right));
    }
    if (!meets.includes(true)) return false;
    above = meets;
  }
  return above[b.length] === true;
}
