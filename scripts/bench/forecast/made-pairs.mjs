import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Makes the repository of a seed, merges the work of every two packages for real, and calls back with what there is to
 * forecast from and the truth: `{ root, env, packages, pairs: [{ a, b, apart, conflicts }] }`. `apart` are pairs of
 * different execution lanes: those of one lane are worked on one after the other anyway.
 */
export async function withMadePairs(parts, seed, body) {
  const base = mkdtempSync(path.join(tmpdir(), 'spec-kitty-forecast-'));
  const env = {
    PATH: process.env.PATH,
    HOME: base,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: base,
  };
  const root = path.join(base, 'repository');
  try {
    execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', root], { env });
    const { language, packages, history } = parts.makeScenario(seed);
    parts.importHistory({ root, env }, history);
    const laneOf = lanesOf(parts, packages);
    const pairs = packages.flatMap((a, at) =>
      packages.slice(at + 1).map((b) => ({
        a,
        b,
        apart: laneOf.get(a.id) !== laneOf.get(b.id),
        conflicts: parts.conflictsBetween({ root, env }, a.branch, b.branch),
      })),
    );
    return await body({ seed, root, env, language, packages, pairs });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function lanesOf({ computeLanes }, packages) {
  const { lanes } = computeLanes(
    packages.map(({ id, ownedFiles }) => ({ id, ownedFiles, dependencies: [], planning: false })),
  );
  return new Map(lanes.flatMap(({ lane_id: lane, wp_ids: ids }) => ids.map((id) => [id, lane])));
}
