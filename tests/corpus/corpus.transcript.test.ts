import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const here = path.dirname(fileURLToPath(import.meta.url));
const program = path.join(here, '../../packages/cli/bin/spec-kitty.cjs');
const shared = path.join(here, '../../../shared/corpus');
const absent = existsSync(shared) ? '' : ' (skipped: the corpus is not beside the repository)';

let root = '';

beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'spec-kitty-corpus-'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A repository with copies of missions; nothing in them was written by this version. */
function repositoryOf(missions: string, name: string): string {
  const folder = path.join(root, name);
  cpSync(missions, path.join(folder, 'kitty-specs'), { recursive: true });
  execFileSync('git', ['init', '--quiet', folder]);
  return folder;
}

function json(cwd: string, ...args: string[]): unknown {
  const options = { cwd, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync(process.execPath, [program, ...args, '--json'], options));
}

interface Overview {
  readonly missions: readonly {
    readonly mission_slug: string;
    readonly error_code?: string;
    readonly [key: string]: unknown;
  }[];
}

test('our own missions are read as worked out by hand', () => {
  const repository = repositoryOf(path.join(here, 'missions'), 'own');
  const expected = JSON.parse(readFileSync(path.join(here, 'expected.json'), 'utf8'));
  const { missions } = json(repository, 'status', '--all') as Overview;
  expect(missions.map(({ mission_slug }) => mission_slug)).toEqual([
    '007-old-habits',
    'invoice-export-01KE6Z2V',
    'plan-first-01KE7000',
    'torn-01KE8000',
  ]);
  for (const mission of missions.slice(0, 3)) {
    const { done, ...wanted } = expected.status[mission.mission_slug];
    expect(mission).toMatchObject({ ...wanted, summary: { done } });
    expect(Object.keys(mission['work_packages'] as object)).toEqual(Object.keys(wanted.work_packages));
  }
  expect(missions[3]).toMatchObject({
    error_code: 'LOG_CORRUPT',
    error: expect.stringContaining('line 2 of kitty-specs/torn-01KE8000/status.events.jsonl'),
  });
  for (const [mission, graph] of Object.entries(expected.graph)) {
    expect(json(repository, 'agent', 'mission', 'graph', '--mission', mission)).toMatchObject({
      work_packages: graph,
    });
  }
});

test.skipIf(absent)(`the overview of the real missions is what the predecessor computes${absent}`, () => {
  const repository = repositoryOf(path.join(shared, 'missions'), 'real');
  const expected = JSON.parse(readFileSync(path.join(shared, 'expected/status.json'), 'utf8'));
  // Twice: the second answer comes from the cache once the files are two seconds old.
  for (const _ of ['derived', 'remembered']) {
    const { missions } = json(repository, 'status', '--all') as Overview;
    expect(missions).toHaveLength(212);
    expect(missions.filter(({ error_code }) => error_code)).toEqual([]);
    const known = missions.filter(({ mission_slug }) => mission_slug in expected);
    expect(known).toHaveLength(209);
    for (const { mission_slug, event_count, last_event_id, summary, work_packages } of known) {
      const {
        event_count: count,
        last_event_id: last,
        summary: counts,
        work_packages: slots,
      } = expected[mission_slug];
      expect({ event_count, last_event_id, summary, work_packages }).toEqual({
        event_count: count,
        last_event_id: last,
        summary: counts,
        work_packages: slots,
      });
    }
  }
});
