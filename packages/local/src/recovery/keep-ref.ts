import { type RefChange, updateRefs } from '../checkout/update-refs.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/**
 * Keeps a commit under a ref; what the ref had before stays reachable, too, under a name with its first characters.
 *
 * @param renew dates the ref anew where it has the commit already, because pruning goes by that date: call it while the
 * commit has another ref, as for a moment this one is gone.
 */
export async function keepRef(git: Git, ref: string, commit: string, { renew = false } = {}): Promise<void> {
  for (;;) {
    const kept = await commitOf(git, ref);
    if (kept === commit && !renew) return;
    if (kept === commit) await updateRefs(git, [{ ref, value: undefined, expected: kept }]);
    const before = kept === commit ? undefined : kept;
    const aside = before !== undefined && !(await leadsTo(git, commit, before)) ? [asideOf(ref, before)] : [];
    if (await updateRefs(git, [...aside, { ref, value: commit, expected: before ?? null }])) return;
  }
}

/** A lane that was rewritten does not lead to what it handed over before. */
function leadsTo(git: Git, commit: string, before: string): Promise<boolean> {
  return git.ok(['merge-base', '--is-ancestor', before, commit]);
}

function asideOf(ref: string, commit: string): RefChange {
  return { ref: `${ref}-${commit.slice(0, 12)}`, value: commit };
}
