import type { Entry } from '../git/tree-changes.ts';

const ABSENT = `0 ${'0'.repeat(40)}`;

/** Input of `git update-index -z --index-info`; `undefined` takes a path out. */
export function indexInfo(entries: ReadonlyMap<string, Entry>): string {
  return [...entries].map(([path, entry]) => `${entry ?? ABSENT}\t${path}\0`).join('');
}
