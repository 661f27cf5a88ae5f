import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';

/** Reads the manifest of a package, given its folder relative to the repository. */
export function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
}

/**
 * Lists the folders, relative to the repository and sorted, of all packages that npm installs beside the CLI:
 * its dependencies and theirs.
 */
export function runtimePackages() {
  const found = new Set();
  const visit = (from) => {
    for (const name of Object.keys(manifestOf(from).dependencies ?? {})) {
      const folder = resolvePackage(name, from);
      if (found.has(folder)) continue;
      found.add(folder);
      visit(folder);
    }
  };
  visit('packages/cli');
  return [...found].toSorted();
}

/** Finds a package as Node does: in the nearest `node_modules` on the way up. */
function resolvePackage(name, from) {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const candidate = path.posix.join(folder, 'node_modules', name);
    if (existsSync(path.join(ROOT, candidate, 'package.json'))) return candidate;
    if (folder === '.') throw new Error(`${name}, a dependency of ${from}, is not installed.`);
  }
}
