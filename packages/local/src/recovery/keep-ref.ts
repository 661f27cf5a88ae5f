import { type RefChange, updateRefs } from '../checkout/update-refs.ts';
import { commitsOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/** A commit, and the ref that is to keep it. */
export interface Keep {
  readonly ref: string;
  readonly commit: string;
}

/** Keeps one commit under a ref; see {@link keepRefs}. */
export function keepRef(git: Git, ref: string, commit: string, options?: { renew: boolean }): Promise<void> {
  return keepRefs(git, [{ ref, commit }], options);
}

/**
 * Keeps commits under refs; what a ref had before stays reachable, too, under a name with its first characters.
 *
 * @param renew dates the refs anew that have their commit already, because pruning goes by that date: call it while the
 * commits have other refs, as for a moment these are gone.
 */
export async function keepRefs(
  git: Git,
  keeps: readonly Keep[],
  { renew } = { renew: false },
): Promise<void> {
  for (;;) {
    const found = await commitsOf(
      git,
      keeps.map(({ ref }) => ref),
    );
    const same = keeps.filter(({ commit }, at) => found[at] === commit);
    if (renew && same.length > 0)
      await updateRefs(
        git,
        same.map(({ ref, commit }) => ({ ref, value: undefined, expected: commit })),
      );
    const changes: RefChange[] = renew ? same.map(({ ref, commit }) => setRef(ref, commit)) : [];
    for (const [at, { ref, commit }] of keeps.entries()) {
      const before = found[at];
      if (before === commit) continue;
      if (before !== undefined && !(await leadsTo(git, commit, before))) changes.push(asideOf(ref, before));
      changes.push(setRef(ref, commit, before));
    }
    if (changes.length === 0 || (await updateRefs(git, changes))) return;
  }
}

function setRef(ref: string, value: string, expected?: string): RefChange {
  return { ref, value, expected: expected ?? null };
}

/** A lane that was rewritten does not lead to what it handed over before. */
function leadsTo(git: Git, commit: string, before: string): Promise<boolean> {
  return git.ok(['merge-base', '--is-ancestor', before, commit]);
}

function asideOf(ref: string, commit: string): RefChange {
  return { ref: `${ref}-${commit.slice(0, 12)}`, value: commit };
}
