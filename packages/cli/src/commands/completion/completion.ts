import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { SHELL_SCRIPTS } from './shell-scripts.ts';

/** Prints the script of a shell. */
export function printScript(shell: keyof typeof SHELL_SCRIPTS) {
  return async function print(this: AppContext): Promise<void> {
    this.stdout(SHELL_SCRIPTS[shell]);
  };
}

/**
 * Prints what may follow. A name that a shell would take for more than a word is left out: bash puts it on the command
 * line as it is, and whoever made the repository has chosen it.
 */
export async function completionWords(
  this: AppContext,
  _flags: unknown,
  ...words: readonly string[]
): Promise<void> {
  for (const { kind, completion, brief } of await this.propose(words)) {
    if (shellWord(completion) !== completion) continue;
    // A value would carry the brief of its option.
    this.stdout(kind === 'argument:value' ? `${completion}\n` : `${completion}\t${brief}\n`);
  }
}
