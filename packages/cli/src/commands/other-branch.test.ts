import { existsSync } from 'node:fs';
import path from 'node:path';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../testing/sample-mission.ts';

/** Every command that takes a mission, and what it does without the mission's files in the checkout. */
const COMMANDS: readonly (readonly [command: string, elsewhere: Answer, nowhere: Answer])[] = [
  ['status', 'answers', 'answers'],
  ['agent tasks status', 'answers', 'answers'],
  ['agent tasks list-tasks', 'answers', 'answers'],
  ['agent tasks list-dependents WP01', 'answers', 'refuses'],
  ['agent tasks validate-workflow WP01', 'answers', 'refuses'],
  ['agent mission graph', 'answers', 'refuses'],
  ['agent status validate', 'answers', 'answers'],
  ['agent status doctor', 'answers', 'finds'],
  ['next', 'answers', 'refuses'],
  ['next --result success', 'answers', 'refuses'],
  ['agent tasks add-history WP01 --note x', 'answers', 'answers'],
  ['agent tasks mark-status T004 --status done', 'answers', 'refuses'],
  ['agent tasks move-task WP04 --to claimed --agent ada', 'answers', 'answers'],
  ['agent tasks move-task WP04 --to in_progress --agent ada', 'answers', 'refuses'],
  ['agent status emit WP03 --to blocked --actor ada', 'answers', 'answers'],
  ['agent status emit WP02 --to for_review --actor claude --subtasks-complete', 'other', 'refuses'],
  ['agent mission check-prerequisites', 'refuses', 'refuses'],
  ['agent mission setup-plan', 'refuses', 'refuses'],
  ['agent mission finalize-tasks', 'refuses', 'refuses'],
  ['agent tasks map-requirements --wp WP01 --refs FR-001', 'refuses', 'refuses'],
  ['agent status materialize', 'refuses', 'refuses'],
  ['agent action implement --agent ada', 'refuses', 'refuses'],
  ['agent action review --agent ada', 'refuses', 'refuses'],
  ['accept', 'refuses', 'refuses'],
  ['merge', 'other', 'refuses'],
];

/** `other` is a refusal that has nothing to do with the branch. */
type Answer = 'answers' | 'refuses' | 'finds' | 'other';

/** A mission on `main` that the journal knows; another branch, made before it, is checked out. */
async function elsewhere(): Promise<CliWorld> {
  const world = cliWorld();
  const { repository } = world;
  repository.commit('Begin', { 'README.md': '# Sample\n' });
  repository.git('branch', 'other');
  writeSample(repository, {
    ...sampleFiles(),
    '.gitignore': `kitty-specs/${SAMPLE}/status.json\n`,
  });
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP01', '--note', 'begun']);
  repository.commit('A note');
  repository.git('switch', '--quiet', 'other');
  return world;
}

/** The same after its branch was lost. */
async function nowhere(): Promise<CliWorld> {
  const world = await elsewhere();
  world.repository.git('branch', '--quiet', '-D', 'main');
  return world;
}

function check(answer: Answer, { exitCode, document }: Awaited<ReturnType<typeof runJson>>): void {
  const code = (document as { error_code?: string }).error_code;
  expect([exitCode, code]).toEqual(
    {
      answers: [0, undefined],
      finds: [1, undefined],
      refuses: [1, 'MISSION_NOT_ON_BRANCH'],
      other: [1, expect.not.stringMatching(/^MISSION_NOT_(ON_BRANCH|FOUND)$/)],
    }[answer],
  );
}

test.for(COMMANDS)('%s, with the mission on another branch: it %s', async ([command, answer]) => {
  const world = await elsewhere();
  // No handle: the one mission that the journal knows is the obvious one.
  const run = await runJson(world, command.split(' '));
  check(answer, run);
  if (answer === 'refuses') expect(run.document).toMatchObject({ branch: 'main', current_branch: 'other' });
  expect(existsSync(path.join(world.repository.root, 'kitty-specs', SAMPLE, 'meta.json'))).toBe(false);
});

test.for(COMMANDS)(
  '%s, with the mission on no branch: it does not invent (%s, %s)',
  async ([command, , answer]) => {
    const world = await nowhere();
    const run = await runJson(world, [...command.split(' '), '--mission', 'invoice-export']);
    check(answer, run);
    if (answer === 'refuses') expect(run.document).toMatchObject({ branch: null });
  },
);

test('on no branch, the command that is named brings the files back', async () => {
  const world = await nowhere();
  const { stdout } = await runCli(world, ['status']);
  expect(stdout).toContain(`The files of ${SAMPLE} are on no branch. Bring them back with`);
  const command = /`git (restore [^`]+)`/.exec(stdout)?.[1] ?? '';
  world.repository.git(...command.split(' '));
  // The target has gone with them, and has to be there before anybody begins.
  expect(await runJson(world, ['next'])).toMatchObject({ exitCode: 0, document: { action: null } });
  world.repository.git('branch', '--quiet', 'main');
  expect(await runJson(world, ['next'])).toMatchObject({ exitCode: 0, document: { action: 'implement' } });
});

test('on no branch, the board has the titles that the log knows', async () => {
  const mission = missionWorld();
  await mission.plan([{ id: 'WP01', owns: ['src/**'] }]);
  mission.repository.git('switch', '--quiet', '--orphan', 'empty');
  mission.repository.git('branch', '--quiet', '-D', 'main');
  const { document } = await runJson(cliWorld(mission.repository), ['status']);
  expect(document).toMatchObject({ work_packages: [{ id: 'WP01', title: 'Package WP01', file: null }] });
});

test('never committed and removed: the mission is told how to begin anew, and keeps its events', async () => {
  const world = cliWorld();
  const { repository } = world;
  repository.commit('Begin', { 'README.md': '# Sample\n' });
  repository.write(sampleFiles());
  await runCli(world, ['agent', 'tasks', 'add-history', 'WP01', '--note', 'begun']);
  repository.git('clean', '--force', '-d', '--quiet', 'kitty-specs');
  const { stderr } = await runCli(world, ['next']);
  expect(stderr).toContain(`git log --all --reflog -- kitty-specs/${SAMPLE}`);
  const [, file = '', text = ''] = /write (\S+) with (\S+),/.exec(stderr) ?? [];
  repository.write({ [file]: text });
  expect(await runJson(world, ['status', '--all'])).toMatchObject({
    document: { missions: [{ summary: { approved: 1, in_progress: 1, planned: 2 } }] },
  });
  expect((await runCli(world, ['next'])).stdout).toContain('specify');
});

test('on another branch, next and status say the same, and next says where the files are', async () => {
  const world = await elsewhere();
  const asked = await runCli(world, ['next', '--agent', 'ada']);
  expect(asked.stderr).toBe(
    `Warning: The files of ${SAMPLE} are on main, and other is checked out. Run \`git switch main\` first.\n`,
  );
  expect(asked.stdout).toContain('implement WP04');
  expect((await runCli(world, ['status'])).stdout).toContain('Next: implement WP04.');
});

test('the mission of the checked-out branch is meant before those of other branches', async () => {
  const world = await elsewhere();
  const other = Object.entries(sampleFiles()).map(([file, text]) => [
    file.replace(SAMPLE, 'other-01KE6Z3X'),
    text.replaceAll('01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', '01KE6Z3X3M8Q4T5X6Y7Z8A9B0C'),
  ]);
  world.repository.commit('Another', Object.fromEntries(other));
  expect(await runJson(world, ['agent', 'tasks', 'status'])).toMatchObject({
    document: { mission_slug: 'other-01KE6Z3X' },
  });
});

test('two missions on other branches: both are candidates', async () => {
  const world = await elsewhere();
  await runCli(world, ['agent', 'mission', 'create', 'second']);
  world.repository.git('clean', '--force', '-d', '--quiet', 'kitty-specs');
  expect(await runJson(world, ['status'])).toMatchObject({
    exitCode: 2,
    document: {
      error_code: 'MISSION_REQUIRED',
      candidates: [SAMPLE, expect.stringMatching(/^second-/)],
    },
  });
});

test('a worktree of a mission on another branch is no orphan', async () => {
  const world = await elsewhere();
  const lane = `.worktrees/${SAMPLE}-lane-b`;
  world.repository.git('worktree', 'add', '--quiet', lane, '-b', `kitty/mission-${SAMPLE}-lane-b`);
  const { stdout } = await runCli(world, ['agent', 'status', 'doctor']);
  expect(stdout).not.toContain('orphan_worktree');
});

test('files on no branch: the list says so, and the hint takes it off the list without losing events', async () => {
  const world = await elsewhere();
  const { repository } = world;
  const listed = async () => (await runJson(world, ['agent', 'mission', 'list'])).document;
  expect(await listed()).toMatchObject({ missions: [{ checked_out: false, has_files: true }] });
  repository.git('branch', '--quiet', '-D', 'main');
  expect(await listed()).toMatchObject({ missions: [{ checked_out: false, has_files: false }] });
  expect((await runCli(world, ['agent', 'mission', 'list'])).stdout).toContain('(on no branch)');
  const { document } = await runJson(world, ['agent', 'mission', 'check-prerequisites']);
  const hints = (document as { hints: string[] }).hints.join('\n');
  const command = 'agent mission abandon --mission invoice-export-01KE6Z2V --reason';
  expect(hints).toContain(`Unless it is merged, take it off the list with \`spec-kitty ${command} "<why>"\``);
  await runCli(world, [...command.split(' '), 'deleted by hand']);
  expect(await listed()).toMatchObject({ missions: [] });
  expect((await runJson(world, ['status', '--all'])).document).toMatchObject({ missions: [] });
  const kept = repository.read('.git/spec-kitty/journal/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C.jsonl');
  expect(kept).toContain('"wp_id": "WP01"');
});
