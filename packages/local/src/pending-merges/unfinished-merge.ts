import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { privateDir, type Repository } from '../repository/repository.ts';

/** Name of everything that a merge of a mission leaves in the Git directory while it is under way. */
export function mergeName(missionId: string): string {
  return `merge-${missionId}`;
}

/** Tells whether a merge has begun to change checkouts or its target and has not come to its end. */
export function hasUnfinishedMerge(repository: Repository, missionId: string): boolean {
  return existsSync(mergeRecord(repository, missionId));
}

/** Where a merge of a mission is recorded while it is under way; a path that no other clone's merge has, so that its processes go by it. */
export function mergeRecord(repository: Repository, missionId: string): string {
  return privateDir(repository, 'moves', `${mergeName(missionId)}.json`);
}

/** Records of all such merges; nearly always none, which takes one look at a folder. */
export function unfinishedMerges(repository: Repository): readonly string[] {
  const folder = privateDir(repository, 'moves');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^merge-.*\.json$/.test(name)).map((name) => path.join(folder, name));
}
