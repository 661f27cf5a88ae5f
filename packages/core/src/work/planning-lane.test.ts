import { existsSync, rmSync } from 'node:fs';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readManifest } from '../execution-lanes/lane-context.ts';

const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['docs/**'], mode: 'planning_artifact' },
    { id: 'WP02', owns: ['guides/**'], mode: 'planning_artifact' },
    { id: 'WP03', owns: ['src/a.js'], dependencies: ['WP01'] },
  ]);
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

/** Commits files of the primary checkout; the mission's log stays uncommitted, as it does for everybody. */
function commit(files: Readonly<Record<string, string>>): string {
  repository.write(files);
  if (Object.keys(files).length > 0) repository.git('add', ...Object.keys(files));
  repository.git('commit', '--quiet', '--message', 'work');
  return repository.git('rev-parse', 'HEAD');
}

function byColleague(files: Readonly<Record<string, string>>): void {
  commit(files);
  repository.git('commit', '--quiet', '--amend', '--no-edit', '--author', 'Bo <bo@example.org>');
}

test('T2.1, T2.2, T2.6, RG-3: planning packages are in lane-planning, code packages in lane-a', async () => {
  const { mission } = await (await world.workspace()).view(world.directory);
  expect(readManifest(mission).lanes.map(({ lane_id: id, wp_ids: packages }) => [id, packages])).toEqual([
    ['lane-planning', ['WP01', 'WP02']],
    ['lane-a', ['WP03']],
  ]);
});

test('T2.3, T2.4, T2.5, RG-3: its workspace is the main checkout on the target branch, and there is no worktree', async () => {
  const head = repository.git('rev-parse', 'main');
  const { workspace, lane, fresh } = await world.claim('WP01');
  expect(fresh).toBe(true);
  expect(workspace).toEqual({ path: repository.root, branch: 'main', head, created: false });
  expect(lane).toMatchObject({ laneId: 'lane-planning', planning: true, branches: ['main'] });
  expect([world.hasLane('lane-planning'), existsSync(`${repository.root}/.worktrees`)]).toEqual([
    false,
    false,
  ]);
  expect(repository.git('branch', '--list')).toBe('* main');
  expect((await (await world.workspace()).log.read(world)).laneEvents.at(-1)).toMatchObject({
    to_lane: 'in_progress',
    execution_mode: 'direct_repo',
    policy_metadata: { base_commit: head, lane_id: 'lane-planning' },
  });
});

test('T2.5: through review, acceptance and merge, with what depends on it in its lane', async () => {
  await world.claim('WP01');
  const reviewed = commit({ 'docs/guide.md': '# Guide\n' });
  await world.approve('WP01');
  const { workspace } = await world.claim('WP03');
  expect(existsSync(`${workspace.path}/docs/guide.md`)).toBe(true);
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.approve('WP03');
  await world.claim('WP02');
  commit({ 'guides/b.md': 'b\n' });
  await world.approve('WP02');
  await world.accept();
  const { plan } = await world.merge();
  expect(plan).toMatchObject({ planning: ['WP01', 'WP02'], lanes: [{ laneId: 'lane-a' }] });
  const { laneEvents } = await (await world.workspace()).log.read(world);
  expect(laneEvents.find((row) => row.wp_id === 'WP01' && row.to_lane === 'done')).toMatchObject({
    execution_mode: 'direct_repo',
    policy_metadata: { commit: reviewed },
  });
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('a mission of planning packages alone merges without any lane', async () => {
  for (const [wp, file] of [
    ['WP01', 'docs/a.md'],
    ['WP02', 'guides/b.md'],
  ] as const) {
    await world.claim(wp);
    commit({ [file]: wp });
    await world.approve(wp);
  }
  await world.move('WP03', 'canceled', { note: 'not needed' });
  await world.accept();
  const merged = await world.merge();
  expect([merged.lanes, merged.integration.changed, await world.lanes()]).toEqual([
    [],
    [],
    { WP01: 'done', WP02: 'done', WP03: 'canceled' },
  ]);
});

test('one planning package at a time', async () => {
  await world.claim('WP01');
  await expect(world.claim('WP02', 'gemini')).rejects.toMatchObject({
    code: 'LANE_BUSY',
    details: { lane_id: 'lane-planning', busy_with: 'WP01' },
  });
});

test('HEAD must be on the target, for the claim and for the review', async () => {
  repository.git('switch', '--quiet', '--create', 'elsewhere');
  const wrong = {
    code: 'WRONG_BRANCH',
    details: { branch: 'main', current_branch: 'elsewhere' },
    hints: [expect.stringContaining('git switch main')],
  };
  await expect(world.claim('WP01')).rejects.toMatchObject(wrong);
  repository.git('switch', '--quiet', 'main');
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x' });
  repository.git('switch', '--quiet', 'elsewhere');
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject(wrong);
  repository.git('switch', '--quiet', 'main');
  await world.move('WP01', 'for_review', { agent: 'claude' });
});

test('what others commit on the target meanwhile blocks nothing, and does not count as work', async () => {
  await world.claim('WP01');
  byColleague({ 'src/colleague.js': 'x' });
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'NO_COMMITS',
  });
  commit({ 'docs/guide.md': 'x' });
  byColleague({ 'src/colleague.js': 'y' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  expect(await world.review('WP01')).toMatchObject({ commitCount: 1, changedFiles: ['docs/guide.md'] });
});

test('what its author commits elsewhere is refused, in a commit of its own, too', async () => {
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x' });
  commit({ 'src/other.js': 'x' });
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'OUTSIDE_OWNED_FILES',
    details: { paths: ['src/other.js'] },
    hints: [expect.stringContaining('leave them'), expect.stringContaining('put them back')],
  });
});

test('work that was merged into the target counts as well', async () => {
  await world.claim('WP01');
  repository.git('switch', '--quiet', '--create', 'guide');
  commit({ 'docs/guide.md': 'x' });
  repository.git('switch', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-edit', '--no-ff', 'guide');
  await world.move('WP01', 'for_review', { agent: 'claude' });
  expect((await world.review('WP01')).commitCount).toBe(1);
});

test('merging a branch, or changing something while merging, hides nothing that its author did', async () => {
  const outside = (file: string) => ({ code: 'OUTSIDE_OWNED_FILES', details: { paths: [file] } });
  for (const how of ['before', 'while']) {
    world.restore();
    await world.claim('WP01');
    repository.git('switch', '--quiet', '--create', 'guide');
    commit(how === 'before' ? { 'docs/guide.md': 'x', 'src/before.js': 'x' } : { 'docs/guide.md': 'x' });
    repository.git('switch', '--quiet', 'main');
    repository.git('merge', '--quiet', '--no-ff', '--no-commit', 'guide');
    commit(how === 'while' ? { 'src/while.js': 'x' } : {});
    const moved = world.move('WP01', 'for_review', { agent: 'claude' });
    await expect(moved).rejects.toMatchObject(outside(`src/${how}.js`));
  }
});

test('what the package changed elsewhere and put back is no difference: the hint is the way', async () => {
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x', 'README.md': '# Other\n', 'src/new.js': '' });
  const fault = await world.move('WP01', 'for_review', { agent: 'claude' }).catch((error: unknown) => error);
  expect(fault).toMatchObject({
    code: 'OUTSIDE_OWNED_FILES',
    details: { paths: ['README.md', 'src/new.js'] },
    hints: [expect.stringContaining('put them back'), expect.stringContaining('leave them')],
  });
  const [hint = ''] = (fault as { hints: readonly string[] }).hints;
  repository.git(...(/`git ([^`]+)`/.exec(hint)?.[1] ?? '').split(' '));
  repository.git('commit', '--quiet', '--message', 'put back', '--', 'README.md', 'src');
  await world.move('WP01', 'for_review', { agent: 'claude' });
});

test('only owned files may change: by commits of people since the claim, not by ours and not by merging others', async () => {
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x', 'src/other.js': 'x' });
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'OUTSIDE_OWNED_FILES',
    details: { paths: ['src/other.js'] },
  });
  await world.move('WP01', 'for_review', {
    agent: 'claude',
    force: true,
    note: 'the other file is not mine',
  });

  world.restore();
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x', [`${world.folder}/notes.md`]: 'of the mission' });
  repository.git('switch', '--quiet', '--create', 'feature', 'HEAD~1');
  byColleague({ 'src/merged.js': 'x' });
  repository.git('switch', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-edit', 'feature');
  repository.git(
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    'Accept another\n\nSpec-Kitty-Command: accept',
  );
  await world.move('WP01', 'for_review', { agent: 'claude' });
  expect(await world.lanes()).toMatchObject({ WP01: 'for_review' });
});

test('uncommitted owned files and no commit at all are refused; other uncommitted files do not matter', async () => {
  await world.claim('WP01');
  repository.write({ 'src/mine.js': 'x' });
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'NO_COMMITS',
  });
  repository.write({ 'docs/guide.md': 'x' });
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    details: { dirty_paths: ['docs/guide.md'] },
  });
  commit({ 'docs/guide.md': 'x' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
});

test('approved planning work that left the target is not merged', async () => {
  await world.claim('WP01');
  commit({ 'docs/guide.md': 'x' });
  await world.approve('WP01');
  await world.move('WP02', 'canceled', { note: 'no' });
  await world.move('WP03', 'canceled', { note: 'no' });
  repository.git('reset', '--quiet', '--soft', 'HEAD~1');
  repository.git('reset', '--quiet');
  await expect(world.accept()).rejects.toMatchObject({ code: 'PLANNING_NOT_ON_TARGET' });
  const fault = await world.merge({ withoutAcceptance: true }).catch((error: { hints: string[] }) => error);
  expect(fault).toMatchObject({
    code: 'PLANNING_NOT_ON_TARGET',
    details: { wp_id: 'WP01', target_branch: 'main' },
    hints: [expect.stringContaining('git merge'), expect.stringContaining('move-task WP01 --to for_review')],
  });
  const [, command = ''] = /`git ([^`]+)`/.exec('hints' in fault ? (fault.hints[0] ?? '') : '') ?? [];
  rmSync(`${repository.root}/docs/guide.md`);
  repository.git(...command.split(' '));
  await world.accept();
});
