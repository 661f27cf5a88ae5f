import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import type { AllMissions } from './all-missions.ts';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, sampleRows, writeSample } from '../../testing/sample-mission.ts';

const ROOT = `kitty-specs/${SAMPLE}`;

test('draws the board and says what comes next', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, ['status'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty status
    Invoice export (invoice-export-01KE6Z2V)
    [#####...............] readiness 27.5 %, 0 of 4 done

    LANE         WP    TITLE             HOLDER  NOTE
    planned      WP03  Offer a command           waits for WP02
    planned      WP04  Write the manual
    in_progress  WP02  Write CSV         claude
    approved     WP01  Read invoices

    Next: implement WP04. Run \`spec-kitty next --mission invoice-export-01KE6Z2V --agent <agent>\`.
    [exit 0]"
  `);
  const { document } = await runJson(world, ['status']);
  expect(document).toEqual((await runJson(world, ['agent', 'tasks', 'status'])).document);
});

test.for([
  [
    'a mission without packages',
    { [`${ROOT}/meta.json`]: sampleFiles()[`${ROOT}/meta.json`] ?? '' },
    'Next: specify. There is no spec.md.',
  ],
  [
    'an open question',
    {
      ...sampleFiles(),
      [`${ROOT}/decisions/index.json`]:
        '{"entries":[{"decision_id":"DM-1","status":"open","question":"Which format?"}]}',
    },
    'Next: answer "Which format?"',
  ],
  [
    'work that others hold',
    sampleFiles([
      ...sampleRows(),
      laneRow(14, { wp_id: 'WP03', from_lane: 'planned', to_lane: 'blocked' }),
      laneRow(15, { wp_id: 'WP04', actor: 'gemini' }),
    ]),
    'Next: wait. Nothing can start now: WP02 is in_progress by claude; WP03 is blocked; WP04 is claimed by gemini.',
  ],
  [
    'finished work',
    sampleFiles(
      ['WP01', 'WP02', 'WP03', 'WP04'].map((wp, index) =>
        laneRow(index + 1, { wp_id: wp, from_lane: 'genesis', to_lane: 'canceled' }),
      ),
    ),
    'Nothing is left to do. Every work package is done or canceled.',
  ],
] as const)('says in one line what comes next: %s', async ([, files, line]) => {
  const world = cliWorld();
  writeSample(world.repository, files);
  const { stdout } = await runCli(world, ['status']);
  expect(stdout.trimEnd().split('\n').at(-1)).toContain(line);
});

/** Three missions that work, and one for each way to be broken. */
function manyMissions() {
  const world = cliWorld();
  const other = (directory: string, missionId: string) =>
    Object.fromEntries(
      Object.entries(sampleFiles()).map(([file, text]) => [
        file.replace(SAMPLE, directory),
        text.replaceAll('01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', missionId),
      ]),
    );
  const meta = sampleFiles()[`${ROOT}/meta.json`] ?? '';
  writeSample(world.repository, {
    ...other('zeta-01KE0003', '01KE0003000000000000000000'),
    ...other('Alpha-01KE0001', '01KE0001000000000000000000'),
    ...sampleFiles(),
    'kitty-specs/broken-log/meta.json': meta.replace('01KE6Z2V3M', '01KE6Z2V3N'),
    'kitty-specs/broken-log/status.events.jsonl': '{"event_id": 1}\n',
    'kitty-specs/no-id/meta.json': '{}',
    'kitty-specs/no-json/meta.json': '<<<<<<< HEAD',
    'kitty-specs/no-meta/status.events.jsonl': '',
    'kitty-specs/not-a-mission/notes.md': 'x',
  });
  return world;
}

test('--all draws one line for each mission in byte order, broken ones included', async () => {
  expect((await runCli(manyMissions(), ['status', '--all'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty status --all
    MISSION                  DONE  LANES
    Alpha-01KE0001           0/4   planned 2, in_progress 1, approved 1
    broken-log                     broken: The event log is corrupt: event_id is missing, in line 1 of kitty-specs/broken-log/status.events.jsonl
    invoice-export-01KE6Z2V  0/4   planned 2, in_progress 1, approved 1
    no-id                          broken: The mission has no valid mission_id: kitty-specs/no-id/meta.json
    no-json                        broken: A merge left a conflict in the file: kitty-specs/no-json/meta.json
    no-meta                        broken: The mission has no meta.json: kitty-specs/no-meta/meta.json
    zeta-01KE0003            0/4   planned 2, in_progress 1, approved 1
    [exit 0]"
  `);
});

test('--all --json summarises every mission', async () => {
  const { exitCode, document } = await runJson(manyMissions(), ['status', '--all']);
  expect(exitCode).toBe(0);
  const { missions } = document as AllMissions;
  expect(missions.map((one) => [one.mission_slug, 'error_code' in one ? one.error_code : undefined]))
    .toMatchInlineSnapshot(`
    [
      [
        "Alpha-01KE0001",
        undefined,
      ],
      [
        "broken-log",
        "LOG_CORRUPT",
      ],
      [
        "invoice-export-01KE6Z2V",
        undefined,
      ],
      [
        "no-id",
        "MISSION_ID_MISSING",
      ],
      [
        "no-json",
        "META_CORRUPT",
      ],
      [
        "no-meta",
        "META_MISSING",
      ],
      [
        "zeta-01KE0003",
        undefined,
      ],
    ]
  `);
  const sample = missions.find(({ mission_slug: slug }) => slug === SAMPLE);
  if (!sample || !('summary' in sample)) throw new Error('The sample is not summarised.');
  const { work_packages: packages, ...rest } = sample;
  expect(rest).toMatchInlineSnapshot(`
    {
      "event_count": 11,
      "last_event_id": "01KE7000000000000000000011",
      "mission_id": "01KE6Z2V3M8Q4T5X6Y7Z8A9B0C",
      "mission_slug": "invoice-export-01KE6Z2V",
      "summary": {
        "approved": 1,
        "blocked": 0,
        "canceled": 0,
        "claimed": 0,
        "done": 0,
        "for_review": 0,
        "in_progress": 1,
        "in_review": 0,
        "planned": 2,
      },
    }
  `);
  expect(packages).toHaveProperty(
    'WP02',
    expect.objectContaining({ lane: 'in_progress', subtasks: { T003: 'done' } }),
  );
});

test('--all in a project without missions, and with a mission named', async () => {
  const world = cliWorld();
  world.repository.commit('Begin');
  expect((await runCli(world, ['status', '--all'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty status --all
    There are no missions. Create one with \`spec-kitty specify <slug>\`.
    [exit 0]"
  `);
  expect(await runJson(world, ['status', '--all'])).toEqual({ exitCode: 0, document: { missions: [] } });
  expect((await runCli(world, ['status', '--all', '--mission', 'x'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty status --all --mission x
    stderr: Error: Give --all or --mission, not both. [USAGE_ERROR]
    stderr: Hint: --all shows every mission.
    [exit 2]"
  `);
});

test('a mission that was given up before it had packages asks for nothing, and is not what an unnamed one means', async () => {
  const world = cliWorld();
  const create = async (slug: string) =>
    ((await runJson(world, ['specify', slug])).document as { mission_slug: string }).mission_slug;
  const [given, other] = [await create('given'), await create('other')];
  await runCli(world, ['mission', 'abandon', '--mission', given, '--reason', 'Nobody wants it']);
  expect((await runJson(world, ['next', '--mission', given])).document).toMatchObject({
    kind: 'terminal',
    mission_state: 'done',
    reason: expect.stringContaining('given up'),
  });
  expect((await runCli(world, ['status', '--mission', given])).stdout).toContain('Nothing is left to do.');
  expect((await runCli(world, ['status', '--all'])).stdout).toMatch(/given-\w+ +ended\n.*not finalized/);
  expect((await runJson(world, ['next'])).document).toMatchObject({ mission_slug: other, kind: 'step' });
});
