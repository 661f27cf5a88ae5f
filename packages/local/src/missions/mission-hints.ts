import { listed } from '@spec-kitty/core/listed';

/** The missions that there are, for somebody who named none of them. */
export function missionHints(directories: readonly string[]): readonly string[] {
  if (directories.length === 0)
    return ['There is none yet: run `spec-kitty specify <slug>`, or fetch the branch that has it.'];
  return [
    `There are: ${listed(directories.toSorted())}.`,
    'Run `spec-kitty agent mission list` to see all of them.',
  ];
}
