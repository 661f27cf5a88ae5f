import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../../../testing/sample-mission.ts';

const MAP = ['agent', 'tasks', 'map-requirements'];
const ROOT = `kitty-specs/${SAMPLE}`;
const WP01 = `${ROOT}/tasks/WP01-read-invoices.md`;

function mapped(files: Readonly<Record<string, string>> = {}) {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), ...files });
  return world;
}

test('adds references and changes nothing else of the file', async () => {
  const world = mapped();
  expect((await runCli(world, [...MAP, '--wp', 'WP01', '--refs', 'fr-002, C-001,SC-001'])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks map-requirements --wp WP01 --refs 'fr-002, C-001,SC-001'
    WP01 covers C-001, FR-001, FR-002.
    Covered: 2 of 3 functional requirements.
    Open: FR-003.
    Warning: SC-001 is not a requirement id and was left out of WP01.
    Changed, not committed: kitty-specs/invoice-export-01KE6Z2V/tasks/WP01-read-invoices.md
    [exit 0]"
  `);
  expect(
    world.repository
      .git('diff', '--unified=0', '--', WP01)
      .split('\n')
      .filter((line) => /^[+-](?![+-]{2})/.test(line)),
  ).toEqual(['+- C-001', '+- FR-002']);
  expect(world.repository.git('diff', '--name-only')).toBe(WP01);
});

test('maps several packages at once, and says so to programs', async () => {
  const world = mapped();
  const batch = '{"WP02":["FR-002"],"3":["FR-003","FR-003"]}';
  expect(await runJson(world, [...MAP, '--batch', batch])).toMatchInlineSnapshot(`
    {
      "document": {
        "changed_files": [
          "kitty-specs/invoice-export-01KE6Z2V/tasks/WP03-command.md",
          "kitty-specs/invoice-export-01KE6Z2V/tasks/WP02-write-csv.md",
        ],
        "commit_sha": null,
        "committed": false,
        "coverage": {
          "mapped_functional": 3,
          "total_functional": 3,
          "unmapped_functional": [],
        },
        "mapped": {
          "WP02": [
            "FR-002",
          ],
          "WP03": [
            "FR-003",
          ],
        },
        "mission_slug": "invoice-export-01KE6Z2V",
        "result": "success",
        "total_mappings": {
          "WP01": [
            "FR-001",
          ],
          "WP02": [
            "FR-002",
          ],
          "WP03": [
            "FR-003",
          ],
          "WP04": [],
        },
        "warnings": [],
      },
      "exitCode": 0,
    }
  `);
  expect((await runCli(world, [...MAP, '--batch', batch])).stdout).toContain('Nothing had to be changed.');
});

test('replaces what a package has, but not what wps.yaml lists for it', async () => {
  const wps = 'work_packages:\n- id: WP01\n  title: Read invoices\n  requirement_refs: [FR-003]\n';
  const world = mapped({ [`${ROOT}/wps.yaml`]: wps });
  expect(
    (
      await runCli(world, [
        ...MAP,
        '--wp',
        'WP01',
        '--refs',
        'FR-002',
        '--replace',
        '--tracker-ref',
        '#12,#13',
      ])
    ).transcript,
  ).toMatchInlineSnapshot(`
      "$ spec-kitty agent tasks map-requirements --wp WP01 --refs FR-002 --replace --tracker-ref '#12,#13'
      WP01 covers FR-002, FR-003.
      Covered: 2 of 3 functional requirements.
      Open: FR-001.
      Warning: WP01 keeps FR-003, which wps.yaml lists for it.
      Changed, not committed: kitty-specs/invoice-export-01KE6Z2V/tasks/WP01-read-invoices.md
      [exit 0]"
    `);
  expect(world.repository.read(WP01)).toContain('requirement_refs:\n- FR-002\n');
  expect(world.repository.read(WP01)).toContain('tracker_refs:\n- "#12"\n- "#13"\n');
});

test('refuses what spec.md does not declare, and writes none of the batch', async () => {
  const world = mapped();
  const batch = '{"WP01":["FR-002"],"WP02":["FR-009","REQ-1"]}';
  expect((await runCli(world, [...MAP, '--batch', batch])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks map-requirements --batch '{"WP01":["FR-002"],"WP02":["FR-009","REQ-1"]}'
    stderr: Error: spec.md does not declare these requirements: WP02: FR-009, REQ-1. [INVALID_REQUIREMENT_REFS]
    stderr: Hint: It declares: C-001, FR-001, FR-002, FR-003.
    [exit 1]"
  `);
  expect((await runJson(world, [...MAP, '--batch', batch])).document).toMatchObject({
    error_code: 'INVALID_REQUIREMENT_REFS',
    unknown_refs: { WP02: ['FR-009', 'REQ-1'] },
  });
  expect(world.repository.git('status', '--porcelain')).toBe('');
});

test.for([
  [],
  ['--wp', 'WP01'],
  ['--refs', 'FR-001'],
  ['--wp', 'WP01', '--batch', '{}'],
  ['--wp', 'WP01', '--replace', '--tracker-ref', '#1'],
])('says what it needs when given %j', async (options) => {
  const run = await runCli(mapped(), [...MAP, ...options]);
  expect(run.stderr).toContain('Say what to map: --wp with --refs, or --batch. [MAPPING_REQUIRED]');
  expect(run.exitCode).toBe(2);
});

test.for(['[]', '{"WP01":"FR-001"}', '{"WP01":[1]}', 'WP01'])('refuses the batch %j', async (batch) => {
  expect(await runJson(mapped(), [...MAP, '--batch', batch])).toMatchObject({
    exitCode: 2,
    document: { error_code: 'BATCH_INVALID' },
  });
});

test('needs the files of the mission', async () => {
  const world = mapped();
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP01', '--note', 'x']);
  world.repository.git('stash', '--quiet');
  world.repository.git('switch', '--quiet', '--orphan', 'other');
  expect((await runCli(world, [...MAP, '--wp', 'WP01', '--refs', 'FR-002', '--mission', SAMPLE])).transcript)
    .toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks map-requirements --wp WP01 --refs FR-002 --mission invoice-export-01KE6Z2V
    stderr: Error: The files of invoice-export-01KE6Z2V are on main, and other is checked out. [MISSION_NOT_ON_BRANCH]
    stderr: Hint: Run \`git switch main\` first.
    stderr: Hint: Notes and status commands work on any branch.
    [exit 1]"
  `);
});
