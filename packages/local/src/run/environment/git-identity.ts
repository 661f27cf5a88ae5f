import { Git } from '../../git/git.ts';

/**
 * Under which name and address somebody commits in a folder, as variables for Git; empty where Git would refuse to.
 *
 * Some agents hide the user's settings from the commands that they run: by these, their commits are the user's all the same.
 */
export async function gitIdentity(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  const git = new Git(folder, env);
  const found: Record<string, string> = {};
  for (const role of ['AUTHOR', 'COMMITTER']) {
    const { stdout } = await git.attempt(['var', `GIT_${role}_IDENT`]);
    const [, name, email] = /^(.+) <(.*)> \d+ [+-]\d{4}$/.exec(stdout.trim()) ?? [];
    if (name === undefined || email === undefined) continue;
    found[`GIT_${role}_NAME`] = name;
    found[`GIT_${role}_EMAIL`] = email;
  }
  return found;
}
