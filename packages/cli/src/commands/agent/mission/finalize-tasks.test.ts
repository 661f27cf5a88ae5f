import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';

const KEYS =
  `result wp_count updated_wp_count modified_wps unchanged_wps preserved_wps commit_created commit_hash
  commit_hashes files_committed dependencies_parsed requirement_refs_parsed bootstrap lanes ownership_warnings
  requirement_extraction_warnings concern_coverage_warnings`.split(/\s+/);

const PACKAGE = (id: string) =>
  `---\nwork_package_id: ${id}\ntitle: ${id}\nrequirement_refs: [FR-001]\nowned_files: ["src/${id}.js"]\ncreate_intent: ["src/${id}.js"]\n---\n\n# ${id}\n`;

/** A repository with one mission of two packages that nobody has finalized. */
async function planned() {
  const world = cliWorld();
  world.repository.commit('first', { 'a.txt': 'a' });
  const { document } = await runJson(world, ['agent', 'mission', 'create', 'pay']);
  const { mission_slug: slug } = document as { mission_slug: string };
  const root = `kitty-specs/${slug}`;
  world.repository.write({
    [`${root}/spec.md`]: '# Spec\n\n- FR-001: It works.\n',
    [`${root}/plan.md`]: '# Plan\n\nPlain files.\n',
    [`${root}/tasks.md`]: '## WP01: One\n\n## WP02: Two\n',
    [`${root}/tasks/WP01-one.md`]: PACKAGE('WP01'),
    [`${root}/tasks/WP02-two.md`]: PACKAGE('WP02'),
  });
  return { ...world, root, finalize: () => runJson(world, ['agent', 'mission', 'finalize-tasks']) };
}

test('its document has every key of L§4.8, and names what was committed', async () => {
  const { repository, finalize } = await planned();
  const { document } = await finalize();
  expect(Object.keys(document as object)).toEqual(expect.arrayContaining(KEYS));
  const committed = repository.git('show', '--name-only', '--format=', 'HEAD').split('\n');
  expect(document).toMatchObject({ commit_created: true, files_committed: committed });
  expect((await finalize()).document).toMatchObject({ commit_created: false, files_committed: [] });
});

test('a plan that is not written is refused before anything is claimable, and by --validate-only', async () => {
  const world = await planned();
  world.repository.write({ [`${world.root}/plan.md`]: '# Plan\n\n## Technical Context\n\n[Language]\n' });
  for (const more of [['--validate-only'], []]) {
    const { exitCode, stderr } = await runCli(world, ['agent', 'mission', 'finalize-tasks', ...more]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Error: plan.md is still the scaffold. [PLANNING_UNFINISHED]'),
    });
  }
  expect((await runCli(world, ['status'])).stdout).not.toContain('planned');
});

test('a dependency that tasks.md gets afterwards is warned of, with what to do', async () => {
  const world = await planned();
  await world.finalize();
  world.repository.write({
    [`${world.root}/tasks.md`]: '## WP01: One\n\n## WP02: Two\n\n**Dependencies**: WP01\n',
  });
  const { stderr } = await runCli(world, ['agent', 'mission', 'finalize-tasks']);
  expect(stderr).toContain(
    'Warning: tasks.md:5: WP02 does not depend on WP01: tasks/WP02-two.md says "dependencies: []", which comes first; write them there or remove the key.',
  );
});
