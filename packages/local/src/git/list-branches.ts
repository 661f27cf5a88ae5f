import type { Git } from './git.ts';

/** Full names of all branches, local ones before remote ones; those that we make for lanes are left out. */
export async function listBranches(git: Git): Promise<readonly string[]> {
  const refs = await git.lines(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes']);
  return refs.filter((ref) => !ref.startsWith('refs/heads/kitty/'));
}
