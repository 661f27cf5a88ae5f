import type { LaneCommit } from '../ports/integration.ts';

/** The commits that one package added to a lane: reachable from `tip`, and from none of the others. */
export interface PackageRange {
  readonly wp: string;
  readonly tip: string;
  readonly without: readonly string[];
}

/** Divides a lane among its packages by their reviewed commits; the last package has what comes after. */
export function packageRanges(
  { commit, reviewed }: Pick<LaneCommit, 'commit' | 'reviewed'>,
  without: readonly string[],
): readonly PackageRange[] {
  const tips = reviewed.map((one, index) =>
    index === reviewed.length - 1 ? commit : (one.commit ?? commit),
  );
  return reviewed.map(({ wp }, index) => ({
    wp,
    tip: tips[index] ?? commit,
    without: [...without, ...tips.slice(0, index)],
  }));
}
