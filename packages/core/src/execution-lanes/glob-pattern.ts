/** Characters that a position may hold, as inclusive ranges of code points. */
export type Characters = readonly (readonly [from: number, to: number])[];

/** A part of a segment; `*` stands for any number of any characters. */
export type Unit = '*' | Characters;

/** One path segment of a pattern; `**` stands for any number of segments. */
export type Segment = '**' | readonly Unit[];

/** One alternative of a glob. */
export interface Alternative {
  readonly segments: readonly Segment[];
  readonly literal: boolean;
  /**
   * Against which other alternatives this one also stands for everything below it: a directory against
   * all, a literal that is named like a file only against literals (one below it proves a directory).
   */
  readonly below: 'all' | 'literals' | 'none';
}

/** A glob, ready for comparison. */
export type GlobPattern = readonly Alternative[];

/** More alternatives than this are a mistake or an attack; the rest is left unread. */
export const MAX_ALTERNATIVES = 64;

/** Characters of all alternatives together: comparing two globs takes as many steps as the product of both. */
const MAX_CHARACTERS = 2048;

const LAST = 0x10ffff;
const ANY: Unit = [[0, LAST]];

/**
 * Reads a glob: `*` and `?` stay within a path segment, `**` as a whole segment crosses them, `[a-z]`,
 * `[!a-z]` and `{a,b}` as usual, a backslash takes the next character as it is.
 *
 * A pattern without wildcards, and one that ends in `/`, owns everything below it.
 */
export function globPattern(glob: string): GlobPattern {
  return expandBraces(glob).map((text): Alternative => {
    const parts = text.split('/').filter((part) => part !== '' && part !== '.');
    const segments = parts.map((part) => (part === '**' ? part : segment(part)));
    const literal = !/[*?[]/.test(text.replaceAll(/\\./g, ''));
    const fileLike = /[^/]\.[A-Za-z]\w*$/.test(text);
    const below = text.endsWith('/') || (literal && !fileLike) ? 'all' : literal ? 'literals' : 'none';
    return { segments, literal, below };
  });
}

/** Reads a path, in which nothing has a special meaning. */
export function literalPattern(path: string): Alternative {
  return { segments: path.split('/').map((part) => Array.from(part, exactly)), literal: true, below: 'none' };
}

/** Tells whether a glob has no wildcards: it names one file, or one directory with everything below it. */
export function isLiteralGlob(glob: string): boolean {
  return !/[*?[\]{}\\]/.test(glob);
}

/** Tells whether a glob stands for more than is read of it. */
export function isTooLarge(glob: string): boolean {
  const read = expandBraces(glob, MAX_ALTERNATIVES + 1);
  return (
    read.length > MAX_ALTERNATIVES || read.join('').length > MAX_CHARACTERS || glob.length > MAX_CHARACTERS
  );
}

function exactly(char: string): Unit {
  const code = char.codePointAt(0) ?? 0;
  return [[code, code]];
}

/** Without a closing bracket the opening one is an ordinary character. */
function segment(text: string): Unit[] {
  const symbols = text.matchAll(
    /(?<star>\*+)|(?<any>\?)|\[(?<not>[!^]?)(?<set>.[^\]]*)\]|\\(?<escaped>.)|(?<char>.)/gsu,
  );
  return Array.from(symbols, ({ groups = {} }): Unit => {
    const { star, any, not, set, escaped, char = '' } = groups;
    if (star !== undefined) return '*';
    if (any !== undefined) return ANY;
    if (set !== undefined) return not === '' ? ranges(set) : complement(ranges(set));
    return exactly(escaped ?? char);
  });
}

function ranges(set: string): (readonly [number, number])[] {
  const parts = Array.from(set.matchAll(/(.)-(.)|(.)/gsu), ([, from, to, only]) => {
    const code = (char: string | undefined) => (char ?? only)?.codePointAt(0) ?? 0;
    return [code(from), code(to)] as const;
  });
  return parts.filter(([from, to]) => from <= to);
}

function complement(taken: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const gaps: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of taken.toSorted(([a], [b]) => a - b)) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next <= LAST ? [...gaps, [next, LAST]] : gaps;
}

function expandBraces(glob: string, limit = MAX_ALTERNATIVES): string[] {
  const done: string[] = [];
  const open = glob.length > MAX_CHARACTERS ? [] : [glob];
  let characters = 0;
  for (let next = open.pop(); next !== undefined && done.length < limit; next = open.pop()) {
    if (characters > MAX_CHARACTERS) break;
    const group = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(next);
    const [, before = '', inside = '', after = ''] = group ?? [];
    if (group)
      open.push(
        ...inside
          .split(',')
          .map((option) => `${before}${option}${after}`)
          .toReversed(),
      );
    else {
      done.push(next);
      characters += next.length;
    }
  }
  return done;
}
