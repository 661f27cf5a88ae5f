import { shellWord } from '../shell-word.ts';

/** Says what ends a command of Git that waits for its user in a checkout, such as `rebase`; without a full stop. */
export function endOperation(root: string, command: string): string {
  const git = `git -C ${shellWord(root)} ${shellWord(command)}`;
  return command === 'bisect'
    ? `End it with \`${git} reset\``
    : `Finish it with \`${git} --continue\`, or drop it with \`${git} --abort\``;
}
