const FEATURE = /^(packages\/[\w-]+\/src)\/([^/]+)\/.*\.ts$/;
const TEST = /\.test\.ts$|\/testing\//;

/**
 * Returns one sentence for every folder of a package that comes back to itself through the imports of the others, with
 * an import for each step: such folders are one feature under several names.
 *
 * Folders below a feature are part of it, tests are not, and an import of a type counts like any other.
 *
 * @param modules files with the files that they import.
 */
export function featureCycles(modules) {
  const imports = new Map();
  for (const { source, targets } of modules) {
    for (const target of targets) {
      const [from, to] = [featureOf(source), featureOf(target)];
      if (from === undefined || to === undefined || from === to) continue;
      const known = imports.get(from) ?? new Map();
      imports.set(from, known.set(to, known.get(to) ?? `${source} -> ${target}`));
    }
  }
  const told = new Set();
  return [...imports.keys()].toSorted().flatMap((feature) => {
    const way = told.has(feature) ? undefined : wayBack(imports, feature);
    if (way === undefined) return [];
    for (const passed of way) told.add(passed);
    const steps = way.slice(1).map((to, at) => imports.get(way[at]).get(to));
    return [`${way.join(' -> ')} is a cycle: ${steps.join(', ')}.`];
  });
}

function featureOf(file) {
  const [, source, folder] = TEST.test(file) ? [] : (FEATURE.exec(file) ?? []);
  return folder === undefined ? undefined : `${source}/${folder}`;
}

/** The shortest way over the imports from a feature to itself. */
function wayBack(imports, feature) {
  const seen = new Set();
  const ways = [[feature]];
  for (const way of ways) {
    for (const to of imports.get(way.at(-1))?.keys() ?? []) {
      if (to === feature) return [...way, to];
      if (seen.has(to)) continue;
      seen.add(to);
      ways.push([...way, to]);
    }
  }
  return undefined;
}
