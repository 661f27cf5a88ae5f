import { existsSync } from 'node:fs';
import { privateDir, type Repository } from '../repository/repository.ts';

/** Name of everything that a merge of a mission leaves in the Git directory while it is under way. */
export function mergeName(missionId: string): string {
  return `merge-${missionId}`;
}

/** Tells whether a merge has begun to move its target and has not come to its end. */
export function hasUnfinishedMerge(repository: Repository, missionId: string): boolean {
  return existsSync(privateDir(repository, 'moves', `${mergeName(missionId)}.json`));
}
