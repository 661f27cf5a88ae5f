import { existsSync } from 'node:fs';
import path from 'node:path';
import { few } from '@spec-kitty/core/few';
import { Fault } from '@spec-kitty/core/fault';
import { shellPaths } from '@spec-kitty/core/shell-word';
import { Git } from '../git/git.ts';
import type { Repository } from '../repository/repository.ts';

/** The checkout that files are looked for in, and how Git is run there. */
interface Checkout {
  readonly repository: Pick<Repository, 'primary' | 'primaryGitDir'>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Refuses where a sparse checkout leaves out some of these files: they are not on disk, and are somebody's all the same, so
 * that what is written in their place would replace them with the next commit.
 *
 * @param files relative to the top, as are folders, which stand for everything below them.
 * @throws Fault `SPARSE_CHECKOUT` with the command that brings them.
 */
export async function requireCheckedOut(
  { repository, env }: Checkout,
  files: readonly string[],
): Promise<void> {
  // Without this file nothing is left out, and Git, which may not even be installed, need not be asked.
  if (files.length === 0 || !existsSync(path.join(repository.primaryGitDir, 'info/sparse-checkout'))) return;
  const git = new Git(repository.primary, env);
  const records = await git.records(['--literal-pathspecs', 'ls-files', '-t', '-z', '--', ...files]);
  const leftOut = records.filter((record) => record.startsWith('S ')).map((record) => record.slice(2));
  if (leftOut.length === 0) return;
  // Folders alone can be added where the checkout is described by folders.
  const roots = [...new Set(leftOut.map((file) => file.split('/', 1)[0] ?? file))];
  throw new Fault('refused', 'SPARSE_CHECKOUT', `This sparse checkout leaves out ${few(leftOut)}.`, {
    hints: [`Run \`git sparse-checkout add ${shellPaths(roots)}\`, then the command again.`],
    details: { files: leftOut },
  });
}
