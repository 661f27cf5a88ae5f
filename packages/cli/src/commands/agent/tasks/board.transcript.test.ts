import { annotationRow, laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import {
  SAMPLE,
  sampleFiles,
  sampleRows,
  workPackage,
  writeSample,
} from '../../../testing/sample-mission.ts';

const BOARD = ['agent', 'tasks', 'status'];

test('draws the packages grouped by lane in board order', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, [...BOARD, '--mission', 'invoice-export'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks status --mission invoice-export
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
});

test('the document has every key, and null where nothing is known', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  const { document } = await runJson(world, BOARD);
  const { work_packages: packages, ...rest } = document as { work_packages: readonly unknown[] };
  expect(rest).toMatchInlineSnapshot(`
    {
      "auto_commit": true,
      "by_lane": {
        "approved": 1,
        "in_progress": 1,
        "planned": 2,
      },
      "done_count": 0,
      "done_percentage": 0,
      "mission_id": "01KE6Z2V3M8Q4T5X6Y7Z8A9B0C",
      "mission_number": null,
      "mission_slug": "invoice-export-01KE6Z2V",
      "mission_type": "software-dev",
      "progress_percentage": 27.5,
      "progress_semantics": "weighted_readiness",
      "stale_verdicts": [],
      "stale_wps": 0,
      "stalled_wps": [],
      "total_wps": 4,
      "weighted_percentage": 27.5,
    }
  `);
  expect(packages).toHaveLength(4);
  expect(packages[1]).toMatchInlineSnapshot(`
    {
      "agent": "claude",
      "agent_profile": "implementer-ada",
      "dependencies": [
        "WP01",
      ],
      "execution_mode": "code_change",
      "file": "WP02-write-csv.md",
      "holder": "claude",
      "id": "WP02",
      "is_stale": false,
      "lane": "in_progress",
      "notes": [],
      "override": null,
      "phase": "build",
      "reason": null,
      "resolved_agent_profile": null,
      "resolved_model": null,
      "resolved_role": "implementer",
      "shell_pid": null,
      "shell_pid_created_at": null,
      "title": "Write CSV",
      "waits_for": [],
      "workspace_kind": "lane_workspace",
    }
  `);
});

test('says who has held a package for too long', async () => {
  const world = cliWorld();
  writeSample(
    world.repository,
    sampleFiles([
      ...sampleRows(),
      laneRow(14, { wp_id: 'WP04', actor: 'gemini' }),
      laneRow(15, {
        wp_id: 'WP01',
        from_lane: 'approved',
        to_lane: 'in_review',
        actor: 'codex',
        force: true,
        reason: 'again',
      }),
      annotationRow(16, { agent_profile: 'ada', shell_pid: 4711 }),
    ]),
  );
  expect((await runCli(world, BOARD)).stdout).toContain('codex   in review for 2 hours');
  world.clock.forward(8);
  expect((await runCli(world, BOARD)).stdout).toContain('gemini  has not moved for 8 days');
  const { document } = await runJson(world, BOARD);
  expect(document).toMatchObject({
    stale_wps: 1,
    stalled_wps: [{ wp_id: 'WP01', holder: 'codex', age_minutes: 11642, mission_slug: SAMPLE }],
    work_packages: [
      { id: 'WP01', resolved_agent_profile: 'ada', shell_pid: 4711, is_stale: false },
      {},
      {},
      { id: 'WP04', is_stale: true },
    ],
  });
});

test('shows a package whose file cannot be read, and one that was never finalized', async () => {
  const world = cliWorld();
  const root = `kitty-specs/${SAMPLE}/tasks`;
  writeSample(world.repository, {
    ...sampleFiles(),
    [`${root}/WP03-command.md`]: 'no frontmatter\n',
    [`${root}/WP05-later.md`]: workPackage('WP05', 'Later'),
  });
  expect((await runCli(world, BOARD)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks status
    Invoice export (invoice-export-01KE6Z2V)
    [#####...............] readiness 27.5 %, 0 of 5 done

    LANE           WP    TITLE             HOLDER  NOTE
    not finalized  WP05  Later
    planned        WP03  WP03                      unreadable: The file does not begin with YAML frontmatter between two "---" lines.
    planned        WP04  Write the manual
    in_progress    WP02  Write CSV         claude
    approved       WP01  Read invoices

    Next: tasks. The work packages are not finalized. Run \`spec-kitty next --mission invoice-export-01KE6Z2V --agent <agent>\`.
    [exit 0]"
  `);
});

test.for([
  ['agents:\n  auto_commit: true\n', true],
  ['agents:\n  auto_commit: false\n', false],
  ['auto_commit: false # for now\n', false],
  ['other: 1\n', true],
  ['# auto_commit: false\n', true],
  // Only a text that could say no is worth a YAML parser.
  ['auto_commit: true\nbroken: [\n', true],
] as const)('auto_commit of %j is %j', async ([config, expected]) => {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), '.kittify/config.yaml': config });
  expect((await runJson(world, BOARD)).document).toMatchObject({ auto_commit: expected });
});
