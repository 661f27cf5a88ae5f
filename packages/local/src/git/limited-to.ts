import { isEscaped } from '../files/escaped-text.ts';
import type { GitOptions } from './git.ts';

/**
 * What tells `git log` or `rev-list` which commits to walk and which paths to look at: by arguments, and by standard input
 * where a name is no UTF-8 and cannot be an argument.
 */
export function limitedTo(
  revisions: readonly string[],
  paths: readonly string[],
): { readonly args: readonly string[]; readonly options: GitOptions } {
  const all = [...revisions, '--', ...paths];
  if (!paths.some(isEscaped)) return { args: all, options: {} };
  return { args: ['--stdin'], options: { stdin: all.map((line) => `${line}\n`).join('') } };
}
