import { OWN_FOLDERS } from '@spec-kitty/core/own-paths';
import type { Git } from '../git/git.ts';

/** Our own files go along with whatever somebody commits while they have changed; they say nothing about the work. */
const WORK = ['--', '.', ...OWN_FOLDERS.map((folder) => `:(exclude,icase)${folder}`)];

/** Two commits, by whatever names they have. */
export type Change = readonly [from: string, to: string];

/** Patch id of each change from one commit to another; `undefined` of one that changes nothing. */
export async function patchIdsBetween(
  git: Git,
  changes: readonly Change[],
): Promise<readonly (string | undefined)[]> {
  if (changes.length === 0) return [];
  const full = new Map<string, string>();
  for (const name of new Set(changes.flat())) full.set(name, await fullId(git, name));
  // A commit with a parent that it need not have.
  const stdin = changes.map(([from, to]) => `${full.get(to)} ${full.get(from)}\n`).join('');
  const args = ['diff-tree', '--stdin', '--always', '-p', '-r', ...WORK];
  const { stdout, ...outcome } = await git.run(args, { stdin, encoding: 'latin1' });
  const { text, count } = numbered(stdout);
  // It passes over a commit that is not there.
  if (count !== changes.length) throw git.failure(args, outcome);
  const ids = new Map((await idsOf(git, text)).map(([at, id]) => [Number(at), id]));
  return changes.map((_, at) => ids.get(at));
}

/** A log may have a commit by a shorter name, which `diff-tree` does not take here. */
function fullId(git: Git, name: string): Promise<string> | string {
  return HEADING.test(name) ? name : git.text(['rev-parse', '--verify', `${name}^{commit}`]);
}

/** Gives each patch its number in place of its commit, of which there may be several. */
function numbered(patches: string): { readonly text: string; readonly count: number } {
  let count = 0;
  const lines = patches
    .split('\n')
    .map((line) => (HEADING.test(line) ? `${count++}`.padStart(line.length, '0') : line));
  return { text: lines.join('\n'), count };
}

/** No line of a patch begins with a digit of an object id and has nothing else. */
const HEADING = /^[0-9a-f]{40,64}$/;

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

/** @param patches each below the commit that it is called by. */
async function idsOf(
  git: Git,
  patches: string,
): Promise<readonly (readonly [commit: string, patchId: string])[]> {
  if (patches === '') return [];
  // Otherwise white space would not count, nor the direction of a change that is nothing else.
  const lines = await git.lines(['patch-id', '--verbatim'], { stdin: Buffer.from(patches, 'latin1') });
  return lines.map((line) => {
    const [id = '', commit = ''] = line.split(' ');
    return [commit, id];
  });
}
