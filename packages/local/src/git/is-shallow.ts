import type { Git } from './git.ts';

/** Whether a repository has the latest commits alone, so that what two of them have in common may be missing. */
export async function isShallow(git: Git): Promise<boolean> {
  return (await git.text(['rev-parse', '--is-shallow-repository'])) === 'true';
}
