import type { Git } from './git.ts';

/** Commit that a revision names, or `undefined`. */
export async function commitOf(git: Git, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return (await git.tryText(args)) || undefined;
}
