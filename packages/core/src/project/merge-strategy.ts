/** How lanes come to the target: each by a merge commit, all in one commit, or commit by commit. */
export const MERGE_STRATEGIES = ['merge', 'squash', 'rebase'] as const;

/** One of {@link MERGE_STRATEGIES}. */
export type MergeStrategy = (typeof MERGE_STRATEGIES)[number];

/** Tells whether a value names a strategy. */
export function isMergeStrategy(value: unknown): value is MergeStrategy {
  return MERGE_STRATEGIES.some((strategy) => strategy === value);
}
