import { OWN_FOLDERS } from '@spec-kitty/core/own-paths';
import type { Git } from '../git/git.ts';

/** Our own files go along with whatever somebody commits while they have changed; they say nothing about the work. */
const WORK = ['--', '.', ...OWN_FOLDERS.map((folder) => `:(exclude,icase)${folder}`)];

/** Patch id of the change from one commit to another; `undefined` when there is none. */
export async function patchIdOf(git: Git, from: string, to: string): Promise<string | undefined> {
  const { stdout } = await git.run(['diff-tree', '-p', '-r', from, to, ...WORK], { encoding: 'latin1' });
  return (await idsOf(git, stdout))[0]?.[1];
}

/** Commits that `rev-list` names, each with its patch id, in its order; those that change nothing have none. */
export async function patchIdsOf(
  git: Git,
  range: readonly string[],
): Promise<readonly (readonly [commit: string, patchId: string])[]> {
  const commits = await git.lines(['rev-list', ...range]);
  if (commits.length === 0) return [];
  const stdin = `${commits.join('\n')}\n`;
  const { stdout } = await git.run(['diff-tree', '--stdin', '-p', '-r', '--root', ...WORK], {
    stdin,
    encoding: 'latin1',
  });
  return idsOf(git, stdout);
}

async function idsOf(
  git: Git,
  patches: string,
): Promise<readonly (readonly [commit: string, patchId: string])[]> {
  // Otherwise white space would not count, nor the direction of a change that is nothing else.
  const lines = await git.lines(['patch-id', '--verbatim'], { stdin: Buffer.from(patches, 'latin1') });
  return lines.map((line) => {
    const [id = '', commit = ''] = line.split(' ');
    return [commit, id];
  });
}
