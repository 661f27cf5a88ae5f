import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExecutionLane, LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { expect, test } from 'vitest';
import { parseWorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import { laneBranches, missionBranch, parseBranch } from './branch-names.ts';
import { computeLanes, type LanePackage } from './compute-lanes.ts';
import { readLanes } from './read-lanes.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const present = existsSync(corpus);
const corpusTest = (name: string, body: () => void) =>
  present ? test(name, body) : test.skip(`${name} (skipped: no corpus beside the repository)`);

const folder = (mission: string) => `${corpus}/missions/${mission}`;
const missions = () =>
  readdirSync(`${corpus}/missions`)
    .filter((mission) => existsSync(`${folder(mission)}/lanes.json`))
    .toSorted();

function stored(mission: string): LanesManifest {
  const read = readLanes(readFileSync(`${folder(mission)}/lanes.json`, 'utf8'));
  if (!read.ok) throw new Error(`${mission}: ${read.message}`);
  return read.manifest;
}

function packages(mission: string): LanePackage[] {
  const names = readdirSync(`${folder(mission)}/tasks`).filter((name) => /^WP\d/.test(name));
  return names.map((name) => {
    const read = parseWorkPackageFile(name, readFileSync(`${folder(mission)}/tasks/${name}`, 'utf8'));
    if (!read.ok) throw new Error(read.problem.message);
    const { dependencies = [], executionMode, ownedFiles = [] } = read.file.frontmatter;
    return { id: read.file.id, dependencies, planning: executionMode === 'planning_artifact', ownedFiles };
  });
}

const shape = (lanes: readonly ExecutionLane[]) =>
  lanes.map(({ lane_id, wp_ids, depends_on_lanes, parallel_group }) => [
    lane_id,
    wp_ids,
    depends_on_lanes,
    parallel_group,
  ]);
const grouping = (lanes: readonly ExecutionLane[]) =>
  lanes.map(({ wp_ids }) => wp_ids.toSorted().join(' ')).toSorted();

/** Why a stored manifest is not what the rules of today give. */
function difference(mission: string): string {
  const { lanes } = stored(mission);
  const wps = packages(mission);
  const computed = computeLanes(wps);
  if (!computed.ok) return 'refused';
  expect(grouping(computed.lanes).join(' ').split(' ').toSorted(), mission).toEqual(
    wps.map(({ id }) => id).toSorted(),
  );
  if (JSON.stringify(shape(lanes)) === JSON.stringify(shape(computed.lanes))) return 'identical';
  if (JSON.stringify(grouping(lanes)) === JSON.stringify(grouping(computed.lanes))) return 'same grouping';
  const owned = (ids: readonly string[]) =>
    [...new Set(wps.filter(({ id }) => ids.includes(id)).flatMap(({ ownedFiles }) => ownedFiles))].toSorted();
  const edited = lanes.some(
    ({ wp_ids, write_scope }) => owned(wp_ids).join() !== write_scope.toSorted().join(),
  );
  const fewer = lanes.length < computed.lanes.length;
  return fewer ? 'older rule: dependencies joined lanes' : edited ? 'owned files edited since' : 'other';
}

corpusTest('recomputes the lanes of every mission; differences have a known cause', () => {
  const causes: Record<string, number> = {};
  for (const mission of missions()) {
    const cause = difference(mission);
    causes[cause] = (causes[cause] ?? 0) + 1;
  }
  expect(causes).toMatchInlineSnapshot(`
    {
      "identical": 130,
      "older rule: dependencies joined lanes": 35,
      "owned files edited since": 7,
      "same grouping": 4,
    }
  `);
});

corpusTest('finds the branches that missions have', () => {
  const differs = missions().filter((mission) => {
    const { mission_id: missionId } = JSON.parse(readFileSync(`${folder(mission)}/meta.json`, 'utf8')) as {
      mission_id: string;
    };
    const { mission_branch: storedBranch, target_branch: targetBranch } = stored(mission);
    const names = { directory: mission, missionId, storedBranch, targetBranch };
    expect(missionBranch(names)).toBe(storedBranch);
    const { create, candidates } = laneBranches(names, 'lane-a');
    expect(candidates).toContain(`${storedBranch}-lane-a`);
    expect(parseBranch(create)?.lane).toBe('lane-a');
    return missionBranch({ ...names, storedBranch: undefined }) !== storedBranch;
  });
  // Eleven `NNN-` missions were named without their id, one has it twice, one was named by hand.
  expect(differs).toHaveLength(13);
});
