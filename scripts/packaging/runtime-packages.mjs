import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';

/** Reads the manifest of a package, given its folder relative to the repository. */
export function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
}

/**
 * Lists the folders, relative to the repository and sorted, of all packages that npm installs beside the one in a folder:
 * its dependencies and theirs. `optional` adds those that it has for this machine alone.
 */
export function runtimePackages(product, { optional = false } = {}) {
  const found = new Set();
  const visit = (from) => {
    const { dependencies, optionalDependencies } = manifestOf(from);
    const needed = Object.keys(dependencies ?? {}).map((name) => resolvePackage(name, from));
    if (needed.includes(undefined)) throw new Error(`A dependency of ${from} is not installed.`);
    const extra = optional
      ? Object.keys(optionalDependencies ?? {}).map((name) => resolvePackage(name, from))
      : [];
    for (const folder of [...needed, ...extra]) {
      if (folder === undefined || found.has(folder)) continue;
      found.add(folder);
      visit(folder);
    }
  };
  visit(product);
  return [...found].toSorted();
}

/** Finds a package as Node does: in the nearest `node_modules` on the way up. */
function resolvePackage(name, from) {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const candidate = path.posix.join(folder, 'node_modules', name);
    if (existsSync(path.join(ROOT, candidate, 'package.json'))) return candidate;
    if (folder === '.') return undefined;
  }
}
