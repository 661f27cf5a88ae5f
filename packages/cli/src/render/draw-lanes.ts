/** What the drawing says about one package. */
export interface DrawnPackage {
  readonly id: string;
  readonly lane: string;
  readonly dependencies: readonly string[];
}

const GAP = 4;

/**
 * Draws packages as text: one row for each lane, one column for each level of dependencies, and an arrow between
 * neighbours of one lane. What a row needs of others is written at its end.
 */
export function drawLanes(packages: readonly DrawnPackage[]): string {
  const levels = levelsOf(packages);
  const lanes = [...new Set(packages.map(({ lane }) => lane))].toSorted();
  const nameWidth = Math.max(...lanes.map((lane) => lane.length));
  const cellWidth = Math.max(...packages.map(({ id }) => id.length)) + GAP;
  return lanes
    .map((lane) => {
      const members = packages.filter((wp) => wp.lane === lane);
      const cells = members.reduce((text, wp) => {
        const start = (levels.get(wp.id) ?? 0) * cellWidth;
        const line = text === '' ? ' '.repeat(start) : `${text} `.padEnd(start - 2, '─') + '→ ';
        return line + wp.id;
      }, '');
      const needs = members
        .flatMap(({ dependencies }) => dependencies)
        .filter((id) => members.every((wp) => wp.id !== id));
      const after = needs.length > 0 ? `${' '.repeat(GAP)}needs ${needs.join(', ')}` : '';
      return `${lane.padEnd(nameWidth)}${' '.repeat(GAP)}${cells}${after}`;
    })
    .join('\n');
}

/** Level of each package: 0 without dependencies, else one more than the highest of those. */
function levelsOf(packages: readonly DrawnPackage[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  // Each pass settles at least one more level, so as many passes as packages are enough.
  for (let pass = 0; pass < packages.length; pass += 1) {
    for (const { id, dependencies } of packages) {
      levels.set(id, Math.max(0, ...dependencies.map((dependency) => (levels.get(dependency) ?? 0) + 1)));
    }
  }
  return levels;
}
