import { laneBranches } from '../execution-lanes/branch-names.ts';
import { type Backup, laneOfBackup } from './recoverable.ts';

/**
 * Names for the branch that a backup comes back as, the best first: the one it had, where that can be told.
 *
 * @param directory of its mission, where that is known.
 */
export function recoveredBranches(
  { missionId, name }: Pick<Backup, 'missionId' | 'name'>,
  directory: string | undefined,
): readonly string[] {
  const aside = `recovered/${directory ?? missionId.slice(0, 8)}-${name}`;
  if (directory === undefined || laneOfBackup({ name }) !== name) return [aside];
  const names = { directory, missionId, storedBranch: undefined, targetBranch: '' };
  return [laneBranches(names, name).create, aside];
}
