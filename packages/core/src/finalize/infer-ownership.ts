import { isInKittySpecs, pathProblem } from './owned-path.ts';

/** What a package's body says about the files it works on. */
export interface InferredOwnership {
  readonly executionMode: 'code_change' | 'planning_artifact';
  /** Sorted; a directory is written as `dir/**`. Empty where the body names no path. */
  readonly ownedFiles: readonly string[];
}

// A path in running text: at least one slash, no wildcard, and not the tail of a URL or an option.
const PATH = /(?<![\w/.:@~-])(?:\.\/)?(?:[\w.@-]+\/)+[\w.@-]*/g;

const USUAL_ROOTS = ['src', 'test', 'tests', 'docs', 'kitty-specs'];

/**
 * Infers ownership from the paths that a package's text names (L§4.8, step 11). Only what begins with a
 * top-level directory of the repository, or a usual one, is a path: `and/or` is not.
 *
 * It is planning work only if the text names planning paths (`kitty-specs/`, `docs/`) and no other.
 * Paths below `kitty-specs/` are never owned.
 */
export function inferOwnership(body: string, topLevel: ReadonlySet<string> = new Set()): InferredOwnership {
  const named = [...body.matchAll(PATH)].map(([path]) => path.replace(/^\.\//, '').replace(/[.,:;]+$/, ''));
  const roots = new Set([...topLevel, ...USUAL_ROOTS]);
  const paths = [...new Set(named)].filter(
    (path) => roots.has(path.split('/')[0] ?? '') && pathProblem(path) === undefined,
  );
  const planning = paths.filter((path) => isInKittySpecs(path) || path.startsWith('docs/'));
  const globs = paths.filter((path) => !isInKittySpecs(path)).map(toGlob);
  return {
    executionMode:
      planning.length > 0 && planning.length === paths.length ? 'planning_artifact' : 'code_change',
    ownedFiles: withoutNested([...new Set(globs)].toSorted()),
  };
}

/**
 * The directory that all owned files share, with a slash at the end: for one file its own directory
 * (L§15.3). `undefined` where they share none.
 */
export function inferSurface(ownedFiles: readonly string[]): string | undefined {
  const directories = ownedFiles.map((glob) => {
    const parts = glob.split('/');
    const wild = parts.findIndex((part) => /[*?[{]/.test(part));
    return wild < 0 ? parts.slice(0, -1) : parts.slice(0, wild);
  });
  const [first = []] = directories;
  const differs = first.findIndex((part, index) => directories.some((other) => other[index] !== part));
  const common = differs < 0 ? first : first.slice(0, differs);
  return common.length === 0 ? undefined : `${common.join('/')}/`;
}

function toGlob(path: string): string {
  if (path.endsWith('/')) return `${path}**`;
  return (path.split('/').at(-1) ?? '').includes('.') ? path : `${path}/**`;
}

function withoutNested(globs: readonly string[]): string[] {
  const directories = globs.filter((glob) => glob.endsWith('/**')).map((glob) => glob.slice(0, -2));
  return globs.filter((glob) => !directories.some((dir) => glob.startsWith(dir) && glob !== `${dir}**`));
}
