import { globsIntersect } from '@spec-kitty/core/execution-lanes/globs-intersect';

/** Says that two packages conflict where some path matches globs of both. */
export function byGlobOverlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((left) => b.some((right) => globsIntersect(left, right)));
}

/** Says that two packages conflict where globs of both begin in the same folder. */
export function bySameFolder(a: readonly string[], b: readonly string[]): boolean {
  const folders = new Set(a.map(folderOf));
  return b.some((glob) => folders.has(folderOf(glob)));
}

function folderOf(glob: string): string {
  const literal = /^[^*?[\]{}]*/.exec(glob)?.[0] ?? '';
  const end = literal.lastIndexOf('/');
  return end < 0 ? '' : literal.slice(0, end);
}
