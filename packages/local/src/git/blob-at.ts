import type { Git } from './git.ts';

/** Content of a file in a commit or tree, each byte as one character unless told otherwise; `undefined` where none is. */
export async function blobAt(
  git: Git,
  tree: string,
  file: string,
  encoding: 'utf8' | 'latin1' = 'latin1',
): Promise<string | undefined> {
  // By standard input, as a name that is no UTF-8 cannot be given as an argument.
  const stdin = `${tree}:${file}\0`;
  const { stdout } = await git.run(['cat-file', '--batch', '-z'], { stdin, encoding });
  return /^[0-9a-f]+ blob \d+\n/.test(stdout) ? stdout.slice(stdout.indexOf('\n') + 1, -1) : undefined;
}
