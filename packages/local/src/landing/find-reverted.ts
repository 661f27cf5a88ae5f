import type { LandedLane, LaneCommit, Proposal } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { patchIdOf, patchIdsOf } from './patch-ids.ts';

/** Where a lane's work has been taken back. */
export interface Reverted {
  readonly lane: string;
  /** The commit of the target that did it. */
  readonly commit: string;
}

/** What is asked about a target. */
export interface LandedWork {
  readonly tip: string;
  readonly lanes: readonly LaneCommit[];
  readonly landed: readonly LandedLane[];
  readonly proposal: Proposal | null;
}

/** One change of which the target must not have the inverse later than itself. */
interface Change {
  readonly forward: string;
  readonly inverse: string;
}

/**
 * Finds the lanes that a later commit of the target takes back: it has the inverse of the whole proposal, of the lane, of
 * one of its commits, or of the merge that brought it, and nothing after it has the change again.
 *
 * A revert that was adapted by hand has another patch and is not found.
 */
export async function findReverted(git: Git, work: LandedWork): Promise<readonly Reverted[]> {
  const found: Reverted[] = [];
  for (const lane of work.lanes) {
    const { since, changes } = await changesOf(git, lane, work);
    if (changes.length === 0) continue;
    const history = await patchIdsOf(git, ['--reverse', '--topo-order', '--no-merges', work.tip, ...since]);
    const commit = changes.map((change) => takenBack(change, history)).find((by) => by !== undefined);
    if (commit !== undefined) found.push({ lane: lane.laneId, commit });
  }
  return found;
}

/** The last commit in which a change is there or gone decides. */
function takenBack(
  { forward, inverse }: Change,
  history: readonly (readonly [commit: string, patchId: string])[],
): string | undefined {
  const last = history.findLast(([, id]) => id === forward || id === inverse);
  return last?.[1] === inverse ? last[0] : undefined;
}

async function changesOf(
  git: Git,
  { laneId, commit }: LaneCommit,
  { tip, landed, proposal }: LandedWork,
): Promise<{ readonly since: readonly string[]; readonly changes: readonly Change[] }> {
  const itself = landed.some(({ lane, by }) => lane === laneId && by === 'ancestry');
  // What an ancestor began at can only be told by the first merge that has it.
  const brought = itself ? await broughtBy(git, commit, tip) : undefined;
  const base = await git.tryText(['merge-base', brought ? `${brought}^1` : tip, commit]);
  if (base === undefined) return { since: [], changes: [] };
  const ranges: (readonly [string, string])[] = base === commit ? [] : [[base, commit]];
  if (brought) ranges.push([`${brought}^1`, brought]);
  let own = await git.lines(['rev-list', '--no-merges', commit, `^${base}`]);
  if (proposal?.lanes[laneId] === commit) {
    const { before, merged } = proposal;
    ranges.push([before, merged]);
    own = [...own, ...(await git.lines(['rev-list', '--no-merges', merged, `^${before}`, `^${commit}`]))];
  }
  for (const one of own) ranges.push([`${one}^`, one]);
  const changes: Change[] = [];
  for (const [from, to] of ranges) {
    const [forward, inverse] = [await patchIdOf(git, from, to), await patchIdOf(git, to, from)];
    if (forward !== undefined && inverse !== undefined) changes.push({ forward, inverse });
  }
  // A lane that takes back one of its own commits is as it was reviewed.
  const there = new Set(changes.map(({ forward }) => forward));
  return { since: [`^${base}`], changes: changes.filter(({ inverse }) => !there.has(inverse)) };
}

/** The merge on the target's own line that brought a commit; `undefined` when the line went over it. */
async function broughtBy(git: Git, commit: string, tip: string): Promise<string | undefined> {
  const line = await git.lines(['rev-list', '--first-parent', '--ancestry-path', `${commit}..${tip}`]);
  const first = line.at(-1);
  if (first === undefined) return undefined;
  return (await git.ok(['merge-base', '--is-ancestor', commit, `${first}^1`])) ? undefined : first;
}
