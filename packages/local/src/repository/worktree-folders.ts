import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from './repository.ts';

/** Names of the folders under `.worktrees/` of the primary checkout, hidden ones aside, in byte order. */
export function worktreeFolders({ primary }: Repository): readonly string[] {
  const root = path.join(primary, '.worktrees');
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted((a, b) => (a < b ? -1 : 1));
}
