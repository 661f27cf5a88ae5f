import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { ancestorsOf } from '../git/ancestors.ts';
import type { Git } from '../git/git.ts';

/**
 * Finds what lanes, by their ids, had of a target and it has no more: what they began with, and what they had of it when their
 * reviews ended, which nobody has reviewed as their work. Each place of the target that this clone remembers counts within the
 * second of the review.
 */
export async function goneFromTarget(
  git: Git,
  {
    target,
    tip,
    lanes,
  }: { readonly target: string; readonly tip: string; readonly lanes: readonly LaneCommit[] },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const moves = lanes.some(({ reviewedAtMs }) => reviewedAtMs !== undefined)
    ? await movesOf(git, target)
    : [];
  const had = lanes.map((lane) => ({ lane, stood: tipsAt(moves, lane.reviewedAtMs) }));
  const all = had.flatMap(({ lane, stood }) => [...(lane.base === null ? [] : [lane.base]), ...stood]);
  const kept = await ancestorsOf(git, tip, [...new Set(all)]);
  const found = new Map<string, readonly string[]>();
  for (const { lane, stood } of had) {
    const bases = lane.base === null || kept.has(lane.base) ? [] : [lane.base];
    for (const gone of stood) {
      if (!kept.has(gone)) bases.push(...(await git.lines(['merge-base', '--all', gone, lane.commit])));
    }
    found.set(lane.laneId, bases);
  }
  return found;
}

/** What a branch was moved to, and when, the newest first. */
interface BranchMove {
  readonly commit: string;
  readonly second: number;
}

async function movesOf(git: Git, branch: string): Promise<readonly BranchMove[]> {
  // Without a reflog there is nothing to go by.
  const args = ['log', '--walk-reflogs', '--date=unix', '--format=%gD%x00%H', `refs/heads/${branch}`, '--'];
  const { exitCode, stdout } = await git.attempt(args);
  if (exitCode !== 0) return [];
  return stdout.split('\n').flatMap((line) => {
    const [, second, commit] = /@\{(\d+)\}\0(.*)$/.exec(line) ?? [];
    return second === undefined || commit === undefined ? [] : [{ commit, second: Number(second) }];
  });
}

/** Where a branch stood before a second, and all that it was moved to in it. */
function tipsAt(moves: readonly BranchMove[], atMs: number | undefined): readonly string[] {
  if (atMs === undefined) return [];
  const now = Math.floor(atMs / 1000);
  const before = moves.find(({ second }) => second < now);
  const then = moves.filter(({ second }) => second === now);
  return [...new Set([...then, ...(before ? [before] : [])].map(({ commit }) => commit))];
}
