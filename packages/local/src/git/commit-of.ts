import type { Git } from './git.ts';

/** Commit that a revision names, or `undefined`. */
export async function commitOf(git: Git, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return (await git.tryText(args)) || undefined;
}

/** The same for many revisions, by one process. */
export async function commitsOf(
  git: Git,
  revisions: readonly string[],
): Promise<readonly (string | undefined)[]> {
  if (revisions.length === 0) return [];
  const stdin = revisions.map((revision) => `${revision}^{commit}\n`).join('');
  const found = await git.lines(['cat-file', '--batch-check=%(objecttype) %(objectname)'], { stdin });
  return found.map((line) => /^commit (\S+)$/.exec(line)?.[1]);
}
