import { listed } from '@spec-kitty/core/listed';

/** The missions that there are, for somebody who named none of them: those that are open first. */
export function missionHints(
  directories: readonly string[],
  ended: readonly string[] = [],
): readonly string[] {
  if (directories.length + ended.length === 0)
    return ['There is none yet: run `spec-kitty specify <slug>`, or fetch the branch that has it.'];
  const names = listed(directories.toSorted());
  return [
    ...(directories.length === 0 ? [] : [ended.length === 0 ? `There are: ${names}.` : `Open: ${names}.`]),
    ...(ended.length === 0 ? [] : [`Merged or given up: ${listed(ended.toSorted())}.`]),
    'Run `spec-kitty agent mission list` to see all of them.',
  ];
}
