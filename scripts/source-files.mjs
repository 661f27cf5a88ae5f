import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './repository-root.mjs';

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'reports']);

/**
 * Lists the files below some folders of the repository, as sorted paths with `/` relative to its root.
 *
 * Installed packages, build results and dot folders are left out; a folder that is absent is empty.
 */
export function filesBelow(...folders) {
  return folders.flatMap((folder) => walk(folder)).toSorted();
}

function walk(folder) {
  return entries(folder).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isFile()) return [file];
    return entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.') ? walk(file) : [];
  });
}

function entries(folder) {
  try {
    return readdirSync(path.join(ROOT, folder), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
