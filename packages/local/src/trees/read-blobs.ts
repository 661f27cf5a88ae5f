import type { Git } from '../git/git.ts';

/** Reads blobs that exist by one process, each byte as one character. */
export async function readBlobs(git: Git, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const stdin = ids.map((id) => `${id}\n`).join('');
  const { stdout } = await git.run(['cat-file', '--batch'], { stdin, encoding: 'latin1' });
  let at = 0;
  return ids.map(() => {
    const begin = stdout.indexOf('\n', at) + 1;
    const size = Number(stdout.slice(at, begin).trim().split(' ').at(-1));
    at = begin + size + 1;
    return stdout.slice(begin, begin + size);
  });
}
