import { readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { mergeSentences } from './merge-sentences.ts';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test.each([
  [['WP01'], '1 file changes; WP01 would be done.', '1 file changes; WP01 is done.'],
  [['WP01', 'WP02'], '2 files change; WP01, WP02 would be done.', '2 files change; WP01, WP02 are done.'],
])('%j: what a merge would do, and has done, in good grammar', async (ids, would, has) => {
  const world = missionWorld();
  const file = (id: string) => `src/${id.toLowerCase()}.js`;
  await world.plan(
    ids.map((id) => ({ id, owns: [file(id)] })),
    { '.kittify/config.yaml': 'project: {}\n' },
  );
  for (const [at, id] of ids.entries())
    await world.deliver(id, at === 0 ? 'lane-a' : 'lane-b', { [file(id)]: `${id}\n` });
  await world.accept();
  const { repository } = world;
  const clock = Object.assign(new SystemClock(), { forward: () => undefined });
  const merge = async (...more: string[]) => {
    const { stdout } = await runCli({ repository, clock, ids: new UlidIds() }, ['merge', ...more]);
    return stdout.split('\n');
  };
  expect(await merge('--dry-run')).toContain(would);
  const done = await merge();
  expect(done).toContain(has);
  const head = repository.git('rev-parse', 'main').slice(0, 12);
  expect(done).toContain(`Committed the mission's files as ${head}.`);
});

test('merging again says where it is and changes nothing', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  const merged = await world.merge();
  const cli = cliWorld(world.repository);
  const at = merged.integration.merged;
  const head = world.repository.git('rev-parse', 'main');
  expect(await runCli(cli, ['merge'])).toMatchObject({
    stdout: `${world.directory} is already merged into main at ${at.slice(0, 12)}.\n`,
    exitCode: 0,
  });
  expect(await runJson(cli, ['merge'])).toMatchObject({
    exitCode: 0,
    document: {
      result: 'already_merged',
      merged: true,
      target_branch: 'main',
      merge_commit: at,
      done_wps: [],
    },
  });
  expect(world.repository.git('rev-parse', 'main')).toBe(head);

  const since = { tip: 'f00d', uncommitted: [`${world.folder}/meta.json`] };
  expect(mergeSentences({ ...merged, since })).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`→ ${head.slice(0, 12)}, and by others since → f00d.`),
      expect.stringContaining(`these are not committed: ${world.folder}/meta.json.`),
      `Commit them: \`git add ${world.folder}\`, then \`git commit\`.`,
    ]),
  );
  world.repository.git('revert', '--no-edit', at);
  const by = world.repository.git('rev-parse', 'main');
  expect((await runCli(cli, ['merge'])).stdout).toMatch(
    `last with ${by.slice(0, 12)}: src/a.js is as before.`,
  );
  expect(await runJson(cli, ['merge'])).toMatchObject({
    exitCode: 0,
    document: {
      result: 'reverted',
      merged: false,
      reverted: { commit: by, paths: ['src/a.js'], wp_ids: ['WP01'] },
    },
  });
  // Whatever else speaks of the mission agrees.
  const taken = `which has taken WP01 back since, last with ${by.slice(0, 12)}`;
  for (const argv of [['doctor'], ['accept'], ['status'], ['agent', 'tasks', 'status']])
    expect((await runCli(cli, argv)).transcript).toContain(taken);
  const abandon = ['agent', 'mission', 'abandon', '--reason', 'x'];
  expect((await runCli(cli, abandon)).stderr).toContain(taken);
  expect((await runCli(cli, ['status', '--all'])).stdout).toContain('`spec-kitty doctor` asks Git');
  world.repository.git('reset', '--quiet', '--hard', `${at}~1`);
  const lost = 'which does not have the commit any more';
  for (const argv of [['doctor'], ['status'], ['agent', 'tasks', 'status']])
    expect((await runCli(cli, argv)).transcript).toContain(lost);
  expect((await runCli(cli, abandon)).stderr).toContain(lost);
});

test('what is done by force is told by everything that ends the mission', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'done', { agent: 'ada', force: true, note: 'done elsewhere' });
  const cli = cliWorld(world.repository);
  expect((await runCli(cli, ['status'])).stdout).toContain('Next: accept. ');
  expect((await runCli(cli, ['accept'])).stdout).toContain('Nothing is left to merge; ');
  expect((await runCli(cli, ['status'])).stdout).toContain('Nothing is left to do. ');
  expect(await runJson(cli, ['merge'])).toMatchObject({
    exitCode: 0,
    document: { result: 'nothing_to_merge', merged: false, worktrees_removed: ['lane-a'] },
  });
  expect((await runCli(cli, ['merge'])).stdout).toBe(
    `There is nothing to merge: every package of ${world.directory} is done or canceled.\n` +
      `Kept the branch of lane-a, which has 1 commit that is not on main: kitty/mission-${world.directory}-lane-a\n`,
  );
});

test('what nobody accepted, and what was not committed, is told by the merge that takes it', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const file = `${world.folder}/spec.md`;
  world.repository.write({ [file]: '# Spec\n\n- FR-001: It works well.\n' });
  const merge = ['merge', '--without-acceptance'];
  expect((await runCli(cliWorld(world.repository), [...merge, '--dry-run'])).stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'It would be merged without acceptance, and the event log would say so.',
      `It would also commit what is not committed of ${file}.`,
    ]),
  );
  world.save();
  const { stdout } = await runCli(cliWorld(world.repository), merge);
  const head = world.repository.git('rev-parse', 'main');
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'It was merged without acceptance; the event log says so.',
      `Committed the mission's files as ${head.slice(0, 12)}, with what was not committed of ${file}.`,
    ]),
  );
  expect(world.repository.git('log', '-1', '--format=%B', 'main')).toContain(`With changes of: ${file}\n`);
  expect(world.repository.git('show', `main:${file}`)).toContain('It works well.');
  world.restore();
  expect((await runJson(cliWorld(world.repository), merge)).document).toMatchObject({
    without_acceptance: true,
    committed_changes: [file],
  });
  world.restore();
  await world.accept();
  expect((await runJson(cliWorld(world.repository), merge)).document).toMatchObject({
    without_acceptance: false,
    committed_changes: [],
  });
});

test('what a merge keeps of a lane is told with its reason, and what it takes later, too', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const cli = cliWorld(world.repository);
  const lane = `kitty/mission-${world.directory}-lane-a`;
  const merge = ['merge', '--without-acceptance', '--keep-worktree'];
  const kept = [
    ` the worktree of lane-a, as asked: ${world.lane('lane-a')}`,
    ` the branch of lane-a, as its worktree stays: ${lane}`,
  ];
  const tried = (await runCli(cli, [...merge, '--dry-run'])).stdout.split('\n');
  expect(tried).toEqual(expect.arrayContaining(kept.map((line) => `Would keep${line}`)));
  expect(tried.join('\n')).not.toContain(`refs/heads/${lane}:`);
  const done = (await runCli(cli, merge)).stdout.split('\n');
  expect(done).toEqual(expect.arrayContaining(kept.map((line) => `Kept${line}`)));
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/new.txt`]: 'mine' });
  expect((await runCli(cli, ['merge'])).stdout).toContain(
    `Kept the worktree of lane-a, which has uncommitted changes in new.txt: ${world.lane('lane-a')}\n`,
  );
  expect((await runJson(cli, ['merge'])).document).toMatchObject({
    worktrees_removed: [],
    kept: [
      {
        lane_id: 'lane-a',
        kind: 'worktree',
        name: world.lane('lane-a'),
        reason: 'uncommitted_changes',
        paths: ['new.txt'],
        commits: 0,
      },
      { lane_id: 'lane-a', kind: 'branch', name: lane, reason: 'worktree_kept' },
    ],
  });
  world.repository.git('-C', world.lane('lane-a'), 'clean', '--quiet', '--force');
  expect((await runCli(cli, ['merge'])).stdout).toContain(
    'Removed the worktree and the branch of lane-a; `spec-kitty recover list` shows what is kept of them.\n',
  );
  expect(world.hasLane('lane-a')).toBe(false);
});

test('a proposal says what moves and what keeps the old tip; status and next say what it waits for', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  const cli = cliWorld(world.repository);
  const branch = `kitty/mission-${world.directory}`;
  const tip = () => world.repository.git('rev-parse', branch);
  const backup = `refs/spec-kitty/backup/${world.missionId}/proposed`;
  expect((await runCli(cli, ['merge', '--to-branch', '--dry-run'])).stdout).toMatch(
    new RegExp(`Would leave .+ on ${branch} at .+\n  refs/heads/${branch}: nothing → `, 's'),
  );
  expect((await runJson(cli, ['merge', '--to-branch', '--dry-run'])).document).toMatchObject({
    result: 'dry_run',
    merged: false,
    refs: [{ ref: `refs/heads/${branch}`, from: null }],
  });
  const log = `${world.folder}/status.events.jsonl`;
  const uncommitted = `That is recorded in ${log}, which is not committed: commit it, or bring main up to date with \`git pull --rebase --autostash\`.\n`;
  expect((await runCli(cli, ['merge', '--to-branch'])).stdout).toContain(uncommitted);
  expect(world.repository.git('status', '--porcelain')).toBe(` M ${log}`);
  const first = tip();
  for (const command of ['status', 'next'])
    expect((await runCli(cli, [command])).stdout).toContain(
      `The mission is proposed on ${branch}; once its pull request is merged and main is up to date, run \`spec-kitty merge --landed --mission ${world.directory}\`.`,
    );
  expect((await runJson(cli, ['next'])).document).toMatchObject({ action: 'merge', proposed_branch: branch });
  expect((await runCli(cli, ['merge', '--to-branch'])).stdout).toContain(`Left as it was: `);
  world.repository.commit('meanwhile', { 'other.txt': 'x\n' });
  world.save();
  const { stdout } = await runCli(cli, ['merge', '--to-branch']);
  expect(stdout).toContain(
    `${branch}: ${first.slice(0, 12)} → ${tip().slice(0, 12)}; ${backup} keeps what it had.\n`,
  );
  world.restore();
  expect((await runJson(cli, ['merge', '--to-branch'])).document).toMatchObject({
    result: 'proposed',
    branch,
    branch_before: first,
    backup,
    checkouts: [],
  });
  expect(world.repository.git('rev-parse', backup)).toBe(first);
  const abandon = ['mission', 'abandon', '--mission', world.directory, '--reason', 'not wanted'];
  expect((await runCli(cli, abandon)).stdout).toContain(
    `The branch of its pull request stays: ${branch}. Close the pull request, then remove it with \`git branch -D ${branch}\`.`,
  );
  expect((await runJson(cli, abandon)).document).toMatchObject({ proposed_branch: branch });
});

test('commits of a lane that change nothing are told', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  world.work('lane-a', {}, 'nothing');
  await world.approve('WP01');
  const merge = ['merge', '--without-acceptance', '--dry-run'];
  const cli = cliWorld(world.repository);
  expect((await runCli(cli, merge)).stdout).toContain(', 2 commits (1 of them without changes), 1 file\n');
  expect((await runJson(cli, merge)).document).toMatchObject({
    lanes: [{ commits: 2, empty_commits: 1 }],
    lanes_without_changes: [],
  });
});

test('a lane that changes no file is named, in the dry run and by the merge', async () => {
  const world = missionWorld();
  const { repository } = world;
  await world.plan(
    ['a', 'b', 'c', 'd', 'e'].map((name, at) => ({ id: `WP0${at + 1}`, owns: [`${name}/**`] })),
  );
  const force = { force: true, note: 'nothing to do' };
  const approve = async (wp: string) => {
    await world.move(wp, 'for_review', { agent: 'claude', ...force });
    await world.review(wp);
    await world.move(wp, 'approved', { agent: 'codex' });
  };
  await world.claim('WP01');
  world.work('lane-a', {}, 'nothing');
  await approve('WP01');
  await world.claim('WP02');
  world.work('lane-b', { 'b/1.js': '1\n' });
  world.gitIn('lane-b', 'revert', '--no-edit', 'HEAD');
  repository.commit('meanwhile', { 'other.txt': 'x\n' });
  world.gitIn('lane-b', 'merge', '--quiet', '--no-edit', 'main');
  await approve('WP02');
  await world.claim('WP03');
  await approve('WP03');
  repository.git('branch', `kitty/mission-${world.directory}-lane-e`);
  await world.move('WP05', 'approved', { agent: 'codex', ...force });
  // What the target has already is no lack of work.
  await world.deliver('WP04', 'lane-d', { 'd/1.js': '1\n' });
  repository.git('stash', '--quiet');
  repository.git('merge', '--quiet', '--squash', `kitty/mission-${world.directory}-lane-d`);
  repository.git('commit', '-qm', 'Squashed');
  repository.git('stash', 'pop', '--quiet');
  const cli = cliWorld(repository);
  const merge = ['merge', '--without-acceptance'];
  const idle = [1, 2, 3, 5].map((at) => ({ lane_id: `lane-${'-abcde'[at]}`, wp_ids: [`WP0${at}`] }));
  expect((await runJson(cli, [...merge, '--dry-run'])).document).toMatchObject({
    lanes_without_changes: idle,
  });
  const { stdout } = await runCli(cli, merge);
  expect(stdout).toContain('Note: lane-b changes no file; nothing is there of WP02.\n');
  expect(stdout).not.toContain('lane-d changes no file');
});

test('a merge that the target has lost is told alike, and the command that is named for accepting it does end it', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const { repository } = world;
  const { integration } = await world.merge({ withoutAcceptance: true });
  repository.git('reset', '--quiet', '--hard', integration.before);
  const clock = Object.assign(new SystemClock(), { forward: () => undefined });
  const said = async (...argv: string[]) => {
    const { stdout, stderr } = await runCli({ repository, clock, ids: new UlidIds() }, argv);
    return `${stdout}${stderr}`;
  };
  const asking = [['status'], ['next'], ['agent', 'status', 'doctor'], ['merge']];
  const way = `spec-kitty agent tasks move-task WP01 --to canceled --force --note "<reason>" --mission ${world.directory}`;
  for (const argv of asking) {
    const text = await said(...argv);
    expect(text).toContain(`git merge ${integration.merged}`);
    expect(text).toContain(way);
    expect(text).not.toContain('Nothing is left');
  }
  await said(...way.replace('spec-kitty ', '').replace('"<reason>"', 'unwanted').split(' '));
  for (const argv of asking) expect(await said(...argv)).not.toContain('git merge');
  expect(await said('status')).toContain('Nothing is left to do.');
});

test('status shows the board where Git may not be asked whether the target has the merge still', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.merge({ withoutAcceptance: true });
  world.repository.git('config', 'filter.odd.clean', 'cat');
  const { stdout, exitCode } = await runCli(cliWorld(world.repository), ['status']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('1 of 1 done');
  expect(stdout).toMatch(/is not known \(.*filter\.odd\.clean = cat\)\. .*spec-kitty trust allow/);
});

test('a dry run leaves the index as it is, also where files have another time than it knows', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const cli = cliWorld(world.repository);
  const { root } = world.repository;
  for (const name of world.repository.git('ls-files').split('\n'))
    utimesSync(path.join(root, name), new Date(0), new Date(0));
  const before = readFileSync(path.join(root, '.git/index'));
  const { exitCode } = await runCli(cli, ['merge', '--dry-run', '--without-acceptance', '--actor', 'ada']);
  expect(exitCode).toBe(0);
  expect(readFileSync(path.join(root, '.git/index')).equals(before)).toBe(true);
});

test.each([
  ['--landed', '--to-branch'],
  ['--landed', '--strategy', 'merge'],
  ['--resume', '--strategy', 'rebase'],
  ['--resume', '--abort'],
  ['--explain', '--dry-run'],
  ['--train', '--dry-run'],
  ['--train', '--landed'],
])('%s does not go with %s', async (...flags) => {
  const { exitCode, document } = await runJson(cliWorld(tempRepository()), ['merge', ...flags]);
  expect([exitCode, document]).toMatchObject([2, { error_code: 'FLAGS_EXCLUDE_EACH_OTHER' }]);
  for (const flag of flags.filter((word) => word.startsWith('--')))
    expect(document).toMatchObject({ error: expect.stringContaining(flag) });
});

test.each([['--dry-run'], ['--to-branch', '--dry-run'], []])(
  'merges that lack changes of another side are named where they were sent by force: merge %s',
  async (...flags) => {
    const world = missionWorld();
    await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
    await world.claim('WP01');
    world.work('lane-a', { 'src/a.js': 'a\n' });
    world.repository.write({ 'hotfix.txt': 'fixed\n' });
    world.repository.git('add', 'hotfix.txt');
    world.repository.git('commit', '--quiet', '--message', 'Hotfix');
    world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', '--strategy', 'ours', 'main');
    const commit = world.gitIn('lane-a', 'rev-parse', 'HEAD');
    await world.move('WP01', 'for_review', { agent: 'claude', force: true, note: 'obsolete' });
    await world.review('WP01');
    await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
    world.save();
    const args = ['merge', '--without-acceptance', ...flags];
    expect((await runCli(cliWorld(world.repository), args)).stdout).toContain(
      `\nMerge to judge: ${commit.slice(0, 12)} of lane-a lacks what another side had changed in hotfix.txt.\n`,
    );
    world.restore();
    expect((await runJson(cliWorld(world.repository), args)).document).toMatchObject({
      merges_to_judge: [{ lane_id: 'lane-a', commit, paths: ['hotfix.txt'] }],
    });
  },
);
