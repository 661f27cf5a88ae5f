import type { LineEdit } from './forecast-source.ts';

/** Before so many changes have been compared, a file is what files are in general. */
const PATIENCE = 2;

/** Git asks for a line between two changes. */
const GAP = 1;

/** Files that a program writes from all others, where two changes hardly ever go together. */
const PINNED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|Gemfile\.lock|composer\.lock|[\w.-]*\.lockfile)$/i;

/** How likely two changes of one file collide, by what its commits did to it one after the other. */
export function collision(
  path: string,
  lines: number | undefined,
  commits: readonly (readonly LineEdit[])[] | undefined,
): number {
  const before = PINNED.test(path) ? 0.7 : usualCollision(lines);
  if (!commits) return before;
  let [collided, compared] = [0, 0];
  for (const [at, later] of commits.entries()) {
    const earlier = commits[at + 1];
    if (earlier === undefined || later.length === 0 || earlier.length === 0) continue;
    compared += 1;
    collided += Number(meet(later, earlier));
  }
  return (collided + PATIENCE * before) / (compared + PATIENCE);
}

/** In a long file two changes have room beside each other. */
function usualCollision(lines = 200): number {
  return Math.min(0.7, Math.max(0.1, 30 / Math.max(lines, 1)));
}

/** Whether a change touches what the one before it has left. */
function meet(later: readonly LineEdit[], earlier: readonly LineEdit[]): boolean {
  return later.some((a) =>
    earlier.some(
      (b) => a.at <= b.now + Math.max(b.put, 1) - 1 + GAP && b.now <= a.at + Math.max(a.taken, 1) - 1 + GAP,
    ),
  );
}
