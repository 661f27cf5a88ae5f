import { lstatSync } from 'node:fs';
import type { SealedFiles } from '@spec-kitty/core/ports/integration';
import { commitTree } from '../checkout/commit-tree.ts';
import { containedPath } from '../files/contained-path.ts';
import type { Git } from '../git/git.ts';
import type { Entry } from '../git/tree-changes.ts';
import type { TreeWriter } from './tree-writer.ts';

/** The mission's own files, and the commit they go on top of. */
export interface Sealing {
  readonly onto: string;
  readonly files: SealedFiles;
  readonly message: string;
}

/** Commits files on top of a commit, as `git add` would store them; links are left to their user to commit. */
export async function sealFiles(
  git: Git,
  trees: TreeWriter,
  { onto, files: { copied, texts }, message }: Sealing,
): Promise<string> {
  const entries = new Map<string, Entry>();
  for (const file of copied) {
    const found = lstatSync(containedPath(git.directory, file), { throwIfNoEntry: false });
    if (found === undefined) entries.set(file, undefined);
    if (!found?.isFile()) continue;
    const id = await git.text(['hash-object', '-w', '--', file]);
    entries.set(file, `${found.mode & 0o100 ? '100755' : '100644'} ${id}`);
  }
  for (const [file, stdin] of Object.entries(texts))
    entries.set(
      file,
      `100644 ${await git.text(['hash-object', '-w', '--stdin', `--path=${file}`], { stdin })}`,
    );
  const tree = await trees.write(entries, onto);
  return commitTree(git, { tree, parents: [onto], message });
}
