import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { runJson } from '../../testing/run-cli.ts';

const KEYS = `mission_slug mission_number mission_type branch repo_root feature_dir tasks_dir worktree_root
  primary_repo_root lanes work_packages metadata_issues activity_issues unchecked_tasks needs_clarification
  missing_artifacts optional_missing git_dirty path_violations warnings failed_checks skipped_checks blocked_checks
  recommended_fix_order all_done ok accepted_at accepted_by mode parent_commit accept_commit commit_created
  instructions cleanup_instructions notes accepted_wps approved_wps done_wps merge_pending_wps`.split(/\s+/);

async function planned() {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] }]);
  const { repository } = world;
  const clock = Object.assign(new SystemClock(), { forward: () => undefined });
  const accept = (...more: string[]) =>
    runJson({ repository, clock, ids: new UlidIds() }, ['accept', ...more]);
  return { world, accept };
}

test('its document has every key of L§8.1, also where nothing is accepted', async () => {
  const { world, accept } = await planned();
  const { document } = await accept('--mode', 'checklist');
  expect(Object.keys(document as object)).toEqual(expect.arrayContaining(KEYS));
  expect(document).toMatchObject({
    branch: 'main',
    repo_root: world.repository.root,
    ok: false,
    unchecked_tasks: ['WP01: T001'],
    optional_missing: ['research.md', 'data-model.md', 'quickstart.md', 'contracts/'],
    activity_issues: [],
    recommended_fix_order: ['WP01 is planned'],
    work_packages: [{ id: 'WP01', latest_lane: 'planned', has_lane_entry: true }],
    accepted_wps: [],
    instructions: [],
  });
});

test('looking decides nothing: --diagnose tells by its exit code, --allow-fail does not', async () => {
  const { world, accept } = await planned();
  const file = `${world.folder}/acceptance-matrix.json`;
  world.repository.write({ [file]: '{"criteria": [{"id": "FR-001", "pass_fail": "fail"}]}\n' });
  const open = {
    ok: false,
    mode: 'checklist',
    accepted: false,
    activity_issues: [`FR-001 fails (${file}:1)`],
    failed_checks: [{ check: 'lanes' }, { check: 'acceptance_matrix', file, line: 1, rows: ['FR-001'] }],
  };
  expect(await accept('--diagnose')).toMatchObject({ exitCode: 1, document: open });
  expect(await accept('--allow-fail', '--lenient')).toMatchObject({ exitCode: 0, document: open });
});

test('whoever accepts is the person that Git knows, unless somebody else is named', async () => {
  const { world, accept } = await planned();
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'in a hurry' });
  expect((await accept()).document).toMatchObject({
    accepted_by: 'Test Person',
    accepted_wps: ['WP01'],
    instructions: [`spec-kitty merge --mission ${world.directory}`],
    warnings: ['WP01 was made approved by force by claude: "in a hurry"'],
  });
});

test('without a name in Git it is "user"; a name that is given counts', async () => {
  for (const [by, ...more] of [['user'], ['ada', '--actor', 'ada']] as const) {
    const { world, accept } = await planned();
    await world.claim('WP01');
    world.work('lane-a', { 'src/a.js': 'a\n' });
    await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'in a hurry' });
    world.repository.git('config', '--global', '--unset', 'user.name');
    expect((await accept('--no-commit', ...more)).document).toMatchObject({ accepted_by: by });
  }
});

test('a requirement that only canceled packages were to deliver is named: canceled work covers nothing', async () => {
  const { world, accept } = await planned();
  const { repository, folder } = world;
  const spec = '# Spec\n\n- FR-001: It works.\n- FR-002: It pays.\n';
  const texts = { 'WP02-more.md': 'WP02\nrequirement_refs: [FR-001, FR-002]\nowned_files: [src/b.js]' };
  for (const [name, text] of Object.entries(texts))
    repository.write({ [`${folder}/tasks/${name}`]: `---\nwork_package_id: ${text}\n---\n\n# WP02\n` });
  repository.commit('more', { [`${folder}/spec.md`]: spec });
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  const forced = { agent: 'claude', force: true, note: 'in a hurry' };
  await world.move('WP01', 'approved', forced);
  await world.move('WP02', 'canceled', forced);
  const warning = 'FR-002 is delivered by nothing: only WP02 names it, which is canceled.';
  for (const mode of [['--diagnose'], []])
    expect((await accept(...mode)).document).toMatchObject({
      ok: true,
      warnings: expect.arrayContaining([warning]),
    });
});
