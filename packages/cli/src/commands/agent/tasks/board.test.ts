import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, workPackage, writeSample } from '../../../testing/sample-mission.ts';

test('prints the board', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  const { transcript } = await runCli(world, ['agent', 'tasks', 'status', '--mission', 'invoice-export']);
  expect(transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks status --mission invoice-export
    Invoice export (invoice-export-01KE6Z2V)
    [#####...............] 0 of 4 done (0 %), readiness 27.5 %

    LANE         WP    TITLE             HOLDER  NOTE
    planned      WP03  Offer a command           waits for WP02
    planned      WP04  Write the manual
    in_progress  WP02  Write CSV         claude
    approved     WP01  Read invoices
    [exit 0]"
  `);
  expect(await runJson(world, ['agent', 'tasks', 'status'])).toMatchInlineSnapshot(`
    {
      "document": {
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
        "work_packages": [
          {
            "agent": null,
            "agent_profile": "implementer-ada",
            "dependencies": [],
            "execution_mode": "code_change",
            "file": "WP01-read-invoices.md",
            "holder": null,
            "id": "WP01",
            "is_stale": false,
            "lane": "approved",
            "phase": "build",
            "resolved_agent_profile": null,
            "resolved_model": null,
            "resolved_role": null,
            "shell_pid": null,
            "shell_pid_created_at": null,
            "title": "Read invoices",
            "waits_for": [],
            "workspace_kind": "lane_workspace",
          },
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
            "phase": "build",
            "resolved_agent_profile": null,
            "resolved_model": null,
            "resolved_role": "implementer",
            "shell_pid": null,
            "shell_pid_created_at": null,
            "title": "Write CSV",
            "waits_for": [],
            "workspace_kind": "lane_workspace",
          },
          {
            "agent": null,
            "agent_profile": "implementer-ada",
            "dependencies": [
              "WP01",
              "WP02",
            ],
            "execution_mode": "code_change",
            "file": "WP03-command.md",
            "holder": null,
            "id": "WP03",
            "is_stale": false,
            "lane": "planned",
            "phase": "build",
            "resolved_agent_profile": null,
            "resolved_model": null,
            "resolved_role": null,
            "shell_pid": null,
            "shell_pid_created_at": null,
            "title": "Offer a command",
            "waits_for": [
              "WP02",
            ],
            "workspace_kind": "lane_workspace",
          },
          {
            "agent": null,
            "agent_profile": "implementer-ada",
            "dependencies": [],
            "execution_mode": "planning_artifact",
            "file": "WP04-manual.md",
            "holder": null,
            "id": "WP04",
            "is_stale": false,
            "lane": "planned",
            "phase": "build",
            "resolved_agent_profile": null,
            "resolved_model": null,
            "resolved_role": null,
            "shell_pid": null,
            "shell_pid_created_at": null,
            "title": "Write the manual",
            "waits_for": [],
            "workspace_kind": "repo_root",
          },
        ],
      },
      "exitCode": 0,
    }
  `);
});
