import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';
import type { Entry } from '../git/tree-changes.ts';

/** A path that both sides have changed, each in its own way, and what came out. */
export interface MergedPath {
  readonly path: string;
  readonly ours: Entry;
  readonly theirs: Entry;
  readonly result: Entry;
}

/**
 * Makes sure that of each path something of both sides is in the result. @throws Fault `DRIVER_DROPS_CHANGES` naming those
 * of which it is not.
 */
export async function requireBothSides(
  git: Git,
  both: readonly MergedPath[],
  { target, laneId }: { readonly target: string; readonly laneId: string },
): Promise<void> {
  const paths = await oneSided(git, both);
  if (paths.length === 0) return;
  throw new Fault(
    'refused',
    'DRIVER_DROPS_CHANGES',
    `Both ${laneId} and its target have changed ${few(paths)}, and a merge driver keeps one side alone; nothing was moved.`,
    {
      hints: [
        `In the worktree of ${laneId}, run \`git merge ${shellWord(target)}\`, make there what shall be, commit it, and send its packages to review.`,
        'Which driver it is, the attribute `merge` of .gitattributes says; without it, Git merges the lines of both.',
      ],
      details: { lane_id: laneId, target_branch: target, paths },
    },
  );
}

/**
 * Paths of which a merge driver of the user's kept one side and dropped the other. Git's own merge of texts does that only
 * where the one has everything of the other; of a driver nobody can know.
 */
async function oneSided(git: Git, paths: readonly MergedPath[]): Promise<readonly string[]> {
  const suspects = paths.filter(({ ours, theirs, result }) => result === ours || result === theirs);
  if (suspects.length === 0) return [];
  const stdin = suspects.map(({ path }) => `${path}\0`).join('');
  const records = await git.records(['check-attr', '-z', '--stdin', 'merge'], { stdin });
  const drivers = new Map<string, boolean>();
  const found: string[] = [];
  for (let at = 0; at + 2 < records.length; at += 3) {
    const [path = '', , value = ''] = records.slice(at, at + 3);
    const driven = drivers.get(value) ?? (await isDriver(git, value));
    drivers.set(value, driven);
    if (driven) found.push(path);
  }
  return found;
}

/** Whether a value of the attribute `merge` names a command of the user's; one that nobody has defined is Git's own merge. */
async function isDriver(git: Git, value: string): Promise<boolean> {
  if (value === 'set' || value === 'unset') return false;
  const name = value === 'unspecified' ? await git.tryText(['config', '--get', 'merge.default']) : value;
  return name !== undefined && (await git.ok(['config', '--get', `merge.${name}.driver`]));
}
