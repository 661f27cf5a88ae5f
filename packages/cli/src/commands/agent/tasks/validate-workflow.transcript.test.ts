import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import {
  SAMPLE,
  sampleFiles,
  sampleRows,
  workPackage,
  writeSample,
} from '../../../testing/sample-mission.ts';

const CHECK = ['agent', 'tasks', 'validate-workflow'];
const ROOT = `kitty-specs/${SAMPLE}`;

test('a sound package is valid', async () => {
  const world = cliWorld();
  writeSample(world.repository);
  expect(await runJson(world, [...CHECK, 'WP02'])).toEqual({
    exitCode: 0,
    document: { valid: true, errors: [], warnings: [], task_id: 'WP02', lane: 'in_progress' },
  });
});

test('names everything that is wrong with a package', async () => {
  const world = cliWorld();
  const files = sampleFiles([
    ...sampleRows(),
    laneRow(20, { wp_id: 'WP05', from_lane: 'planned', to_lane: 'for_review', force: true, reason: 'x' }),
  ]);
  writeSample(world.repository, {
    ...files,
    [`${ROOT}/tasks/WP05-odd.md`]: workPackage('WP06', 'Odd', {
      dependencies: ['WP02', 'WP05', 'WP09'],
      subtasks: ['T007'],
    }),
  });
  expect((await runCli(world, [...CHECK, 'WP05'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks validate-workflow WP05
    WP05 is for_review and not valid.
      error    tasks/WP05-odd.md:2: work_package_id is "WP06" but the file is named for WP05.
      error    WP05 depends on WP09, which does not exist.
      error    WP05 depends on itself.
      error    WP05 is for_review and in no lane of lanes.json.
      warning  WP05 was started although it depends on WP02 (in_progress), WP09 (genesis).
      warning  WP05 is for_review with open subtasks: T007.
    [exit 1]"
  `);
});

test('a file that cannot be read is an error with its line', async () => {
  const world = cliWorld();
  writeSample(world.repository, {
    ...sampleFiles(),
    [`${ROOT}/tasks/WP03-command.md`]: '---\ntitle: [\n---\n',
  });
  expect((await runCli(world, [...CHECK, 'WP03'])).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty agent tasks validate-workflow WP03
    WP03 is planned and not valid.
      error    tasks/WP03-command.md:3: The YAML is not valid: deficient indentation.
    [exit 1]"
  `);
});

test('without lanes.json a finalized package is not valid', async () => {
  const world = cliWorld();
  const { [`${ROOT}/lanes.json`]: _, ...files } = sampleFiles();
  writeSample(world.repository, files);
  expect((await runJson(world, [...CHECK, 'WP04'])).document).toMatchObject({
    valid: false,
    errors: [`${SAMPLE} has no lanes yet.`],
  });
});
