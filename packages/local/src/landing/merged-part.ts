import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';

/** A lane of which a target has not had the work. */
export interface AbsentLane extends LaneCommit {
  /** Where their histories part, if they have ever met. */
  readonly common: string | undefined;
}

/**
 * The last commit of a lane that a merge has brought to the target, where it has not all of them: what was reverted of
 * those since, no merge of the rest would bring back. What was moved to the target itself looks like what the lane took
 * from there, so of that nothing can be told.
 */
export async function mergedPart(
  git: Git,
  { base, commit, common }: Pick<AbsentLane, 'base' | 'commit' | 'common'>,
  tip: string,
): Promise<string | undefined> {
  if (!base || common === undefined || common === base) return undefined;
  const [first] = (await git.lines(['rev-list', '--first-parent', commit, `^${tip}`])).slice(-1);
  const part = first && (await git.tryText(['rev-parse', '--verify', '--quiet', `${first}^1`]));
  // The lane has taken the target in, and the target nothing of the lane.
  if (!part || (await git.ok(['merge-base', '--is-ancestor', part, base]))) return undefined;
  return (await broughtBy(git, part, tip)) ? part : undefined;
}

/**
 * The merge on the target's own line that brought a commit, alone or with what was built on it; `undefined` when the line
 * went over it. Asked for both at once, Git sees a merge only where the commit itself is its parent.
 */
export async function broughtBy(git: Git, commit: string, tip: string): Promise<string | undefined> {
  const line = await git.lines(['rev-list', '--first-parent', `${commit}..${tip}`]);
  const having = new Set(await git.lines(['rev-list', '--ancestry-path', `${commit}..${tip}`]));
  const first = line.findLast((one) => having.has(one));
  if (first === undefined) return undefined;
  return (await git.ok(['merge-base', '--is-ancestor', commit, `${first}^1`])) ? undefined : first;
}
