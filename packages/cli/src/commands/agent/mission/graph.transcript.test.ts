import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, workPackage, writeSample } from '../../../testing/sample-mission.ts';

const GRAPH = ['agent', 'mission', 'graph'];
const ROOT = `kitty-specs/${SAMPLE}`;

test('prints dependencies with their source, and near misses with file and line', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect((await runCli(world, GRAPH)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent mission graph
    WP    DEPENDS ON  ACCORDING TO
    WP01  -           frontmatter
    WP02  WP01        frontmatter
    WP03  WP01, WP02  frontmatter
    WP04  -           frontmatter
    Warning: kitty-specs/invoice-export-01KE6Z2V/tasks.md:11: WP03 does not depend on WP01 by this line: only the label "Dependencies" is read; write "**Dependencies**: WP01".
    [exit 0]"
  `);
  expect(await runJson(world, [...GRAPH, '--mission', SAMPLE])).toMatchInlineSnapshot(`
    {
      "document": {
        "warnings": [
          {
            "file": "kitty-specs/invoice-export-01KE6Z2V/tasks.md",
            "line": 11,
            "message": "WP03 does not depend on WP01 by this line: only the label "Dependencies" is read; write "**Dependencies**: WP01".",
            "rule": "dependency-label",
          },
        ],
        "work_packages": {
          "WP01": {
            "dependencies": [],
            "source": "frontmatter",
            "tasks_md": [],
          },
          "WP02": {
            "dependencies": [
              "WP01",
            ],
            "source": "frontmatter",
            "tasks_md": [
              "WP01",
            ],
          },
          "WP03": {
            "dependencies": [
              "WP01",
              "WP02",
            ],
            "source": "frontmatter",
            "tasks_md": [],
          },
          "WP04": {
            "dependencies": [],
            "source": "frontmatter",
            "tasks_md": null,
          },
        },
      },
      "exitCode": 0,
    }
  `);
});

test('cycles, unknown ids and unreadable files are warnings, and the exit code is 0', async () => {
  const world = cliWorld();
  writeSample(world.repository, {
    ...sampleFiles(),
    [`${ROOT}/tasks/WP01-read-invoices.md`]: workPackage('WP01', 'Read invoices', {
      dependencies: ['WP02', 'WP09'],
    }),
    [`${ROOT}/tasks/WP03-command.md`]: 'no frontmatter\n',
    [`${ROOT}/tasks/WP04-again.md`]: workPackage('WP04', 'Again', { dependencies: ['WP04'] }),
  });
  const { exitCode, document } = await runJson(world, GRAPH);
  expect(exitCode).toBe(0);
  expect(document).toMatchInlineSnapshot(`
    {
      "warnings": [
        {
          "file": "kitty-specs/invoice-export-01KE6Z2V/tasks/WP03-command.md",
          "line": 1,
          "message": "The file does not begin with YAML frontmatter between two "---" lines.",
          "rule": "frontmatter-missing",
        },
        {
          "file": "kitty-specs/invoice-export-01KE6Z2V/tasks.md",
          "line": 11,
          "message": "WP03 does not depend on WP01 by this line: only the label "Dependencies" is read; write "**Dependencies**: WP01".",
          "rule": "dependency-label",
        },
        {
          "file": "kitty-specs/invoice-export-01KE6Z2V/tasks",
          "line": null,
          "message": "WP04 has more than one file: WP04-again.md, WP04-manual.md.",
          "rule": "id-repeated",
        },
        {
          "file": "kitty-specs/invoice-export-01KE6Z2V/tasks/WP01-read-invoices.md",
          "line": 4,
          "message": "WP01 depends on WP09, which does not exist.",
          "rule": "dependency-unknown",
        },
        {
          "file": "kitty-specs/invoice-export-01KE6Z2V/tasks/WP01-read-invoices.md",
          "line": 4,
          "message": "These packages wait for each other: WP01 -> WP02 -> WP01.",
          "rule": "dependency-cycle",
        },
      ],
      "work_packages": {
        "WP01": {
          "dependencies": [
            "WP02",
            "WP09",
          ],
          "source": "frontmatter",
          "tasks_md": [],
        },
        "WP02": {
          "dependencies": [
            "WP01",
          ],
          "source": "frontmatter",
          "tasks_md": [
            "WP01",
          ],
        },
        "WP03": {
          "dependencies": [],
          "source": "none",
          "tasks_md": [],
        },
        "WP04": {
          "dependencies": [],
          "source": "frontmatter",
          "tasks_md": null,
        },
      },
    }
  `);
});

test('wps.yaml wins, and its own mistakes are warnings', async () => {
  const world = cliWorld();
  const wps =
    'work_packages:\n- id: WP03\n  title: Offer a command\n  dependencies: [WP02]\n- title: Nameless\n';
  writeSample(world.repository, { ...sampleFiles(), [`${ROOT}/wps.yaml`]: wps });
  expect((await runCli(world, GRAPH)).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent mission graph
    WP    DEPENDS ON  ACCORDING TO
    WP01  -           frontmatter
    WP02  WP01        frontmatter
    WP03  WP02        wps.yaml
    WP04  -           frontmatter
    Warning: kitty-specs/invoice-export-01KE6Z2V/wps.yaml: Entry 2 of wps.yaml has no id of the form WP01.
    Warning: kitty-specs/invoice-export-01KE6Z2V/tasks.md:11: WP03 does not depend on WP01 by this line: only the label "Dependencies" is read; write "**Dependencies**: WP01".
    Warning: kitty-specs/invoice-export-01KE6Z2V/wps.yaml: WP03 depends on WP01, WP02 by its frontmatter and on WP02 by wps.yaml.
    [exit 0]"
  `);
});

test('a mission without packages has an empty graph', async () => {
  const world = cliWorld();
  const meta = `${ROOT}/meta.json`;
  writeSample(world.repository, { [meta]: sampleFiles()[meta] ?? '' });
  expect(await runJson(world, GRAPH)).toEqual({ exitCode: 0, document: { work_packages: {}, warnings: [] } });
  expect((await runCli(world, GRAPH)).stdout).toBe(`${SAMPLE} has no work packages.\n`);
});
