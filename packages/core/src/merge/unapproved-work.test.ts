import { existsSync } from 'node:fs';
import path from 'node:path';
import { type MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import type { Fault } from '../fault.ts';
import { acceptMission } from '../accept/accept-mission.ts';
import { finalizeMission } from '../finalize/finalize-mission.ts';
import { askNext } from '../next/ask-next.ts';
import { endingStep } from '../accept/ending-step.ts';

const ONE = [{ id: 'WP01', owns: ['src/**'] }];
const TWO = [
  { id: 'WP01', owns: ['src/**'] },
  { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
];

/** What `next` says, and whether Git was asked for it. */
async function told(world: MissionWorld) {
  world.reopen();
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  let asked = false;
  const decision = await endingStep(view, askNext(view, null), () => {
    asked = true;
    return workspace.lanes();
  });
  return { asked, ...decision };
}

test('what was committed after a forced approval is not merged', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'in a hurry' });
  expect(await told(world)).toMatchObject({ action: 'accept', reason: expect.stringMatching(/canceled\.$/) });
  await world.accept();
  const merge = { action: 'merge', reason: 'The mission is accepted and not merged.' };
  expect(await told(world)).toMatchObject(merge);
  world.work('lane-a', { 'src/evil.js': 'evil\n' });
  await expect(world.merge()).rejects.toMatchObject({ code: 'UNREVIEWED_COMMITS' });
  expect(await told(world)).toMatchObject({
    action: 'merge',
    reason: expect.stringMatching(
      /^The mission is accepted and not merged\. Before it can be merged: lane-a has 1 commit that no review has seen\. Send it to review: `spec-kitty /,
    ),
  });
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'HEAD~1');
  expect(await told(world)).toMatchObject(merge);
  world.gitIn('lane-a', 'commit', '--quiet', '--amend', '--message', 'otherwise');
  expect(await told(world)).toMatchObject({ reason: expect.stringContaining('that no review has seen') });
  world.repository.git('branch', '--move', 'main', 'trunk');
  expect(await told(world)).toMatchObject({ reason: expect.stringContaining('is gone: main.') });
});

test('an approval here that names no commit is not merged at all', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.repository.write({ [`.worktrees/${world.directory}-lane-a/src/a.js`]: 'a\n' });
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'nothing is committed' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'DIRTY_WORKTREE',
    message: expect.stringContaining('nothing was changed'),
  });
});

test('an approval whose branch is gone and that names no commit says how to go on', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01');
  world.repository.git('worktree', 'remove', world.lane('lane-a'));
  world.repository.git('branch', '--quiet', '-D', `kitty/mission-${world.directory}-lane-a`);
  await world.move('WP01', 'approved', { agent: 'claude', force: true, note: 'it is somewhere' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'APPROVAL_WITHOUT_COMMIT',
    message: 'The approval of WP01 names no commit; nothing was changed.',
    hints: [expect.stringContaining('git branch '), expect.stringContaining('--to for_review')],
  });
  expect(await told(world)).toMatchObject({
    action: 'accept',
    reason: expect.stringContaining(
      'Before it can be accepted: The approval of WP01 names no commit. Its branch',
    ),
  });
});

test.each(['canceled', 'done again'])(
  'work that was approved once and then %s does not come along',
  async (how) => {
    const world = missionWorld();
    await world.plan(TWO);
    await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
    await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
    if (how === 'canceled') await world.move('WP01', 'canceled', { agent: 'codex', note: 'not wanted' });
    else {
      world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
      await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
    }
    await expect(world.accept()).rejects.toMatchObject({
      code: 'BUILT_ON_UNAPPROVED',
      details: { built_on: 'WP01' },
    });
    expect(await told(world)).toMatchObject({
      action: 'accept',
      reason: expect.stringContaining('Before it can be accepted: WP02 was built on a commit of WP01'),
    });
    await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
      code: 'BUILT_ON_UNAPPROVED',
    });
    expect(world.repository.git('ls-tree', '--name-only', 'main')).not.toContain('src');
  },
);

test('work that was sent back does not come along with a lane that was claimed again on top of it', async () => {
  const world = missionWorld();
  await world.plan(TWO);
  const bad = await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
  await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
  await world.move('WP02', 'planned', { agent: 'codex', feedback: 'Build it on the new one.' });
  await world.deliver('WP02', 'lane-b', { 'lib/b2.js': 'b\n' });
  await expect(world.accept()).rejects.toMatchObject({
    code: 'BUILT_ON_UNAPPROVED',
    details: { wp_id: 'WP02', built_on: 'WP01', commit: bad },
  });
});

test.each(['canceled', 'done again'])(
  'a lane that was cleaned of work that is %s merges, as the hints say',
  async (how) => {
    const world = missionWorld();
    await world.plan(TWO);
    await world.deliver('WP01', 'lane-a', { 'src/bad.js': 'bad\n' });
    const own = await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
    await world.move('WP01', 'planned', { agent: 'codex', feedback: 'This is bad.' });
    if (how === 'canceled') await world.move('WP01', 'canceled', { agent: 'codex', note: 'not wanted' });
    else {
      world.gitIn('lane-a', 'reset', '--quiet', '--hard', 'main');
      await world.deliver('WP01', 'lane-a', { 'src/good.js': 'good\n' });
    }
    const fault = await world.accept().catch((error: unknown) => error);
    const { hints } = fault as { readonly hints: readonly string[] };
    expect(hints.at(-1)).toContain('move-task WP02 --to for_review');
    const [reset = '', pick = ''] = hints.map((hint) => /`git ([^`]+)`/.exec(hint)?.[1]);
    world.repository.git(...reset.split(' '));
    world.repository.git(...pick.replace('<commit>', own).split(' '));
    await world.approve('WP02');
    await world.accept();
    await world.merge();
    const landed = world.repository.git('ls-tree', '-r', '--name-only', 'main', 'src', 'lib').split('\n');
    expect(landed).toEqual(how === 'canceled' ? ['lib/b.js'] : ['lib/b.js', 'src/good.js']);
  },
);

test('an approval needs a name, and an implementer does not even take the review', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await expect(world.move('WP01', 'approved')).rejects.toMatchObject({ code: 'REVIEWER_REQUIRED' });
  await expect(world.review('WP01', 'Claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await world.review('WP01', 'codex');
  expect(await world.move('WP01', 'approved', { agent: 'codex' })).toMatchObject({ to: 'approved' });
});

test('handing a package over makes nobody impartial; its reviewer may review it again', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'planned', { agent: 'claude', note: 'handing over' });
  await world.claim('WP01', 'dora');
  await world.move('WP01', 'for_review', { agent: 'dora' });
  await expect(world.review('WP01', 'claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await world.review('WP01', 'codex');
  await expect(world.move('WP01', 'approved', { agent: 'claude' })).rejects.toMatchObject({
    code: 'HELD_BY_OTHER',
  });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'Not yet.' });
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'b\n' });
  await world.approve('WP01');
  expect(await world.lanes()).toEqual({ WP01: 'approved' });
});

test('a package that was taken over keeps what is on its lane', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.claim('WP01', 'claude');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'planned', { agent: 'dora', force: true, note: 'claude is gone' });
  await world.claim('WP01', 'dora');
  expect(await world.move('WP01', 'for_review', { agent: 'dora' })).toMatchObject({ to: 'for_review' });
});

test('a package with work in it is not dropped by taking its file away', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['lib/**'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'lib/b.js': 'b\n' });
  world.repository.git('rm', '--quiet', '-r', `${world.folder}/tasks/WP01*`);
  world.repository.commit('drop it');
  await expect(world.accept()).rejects.toMatchObject({
    code: 'MISSION_NOT_READY',
    message: expect.stringContaining('WP01 is approved and its file is gone'),
  });
  const tasks = `${world.folder}/tasks.md`;
  world.repository.write({ [tasks]: world.repository.read(tasks).replace(/^## WP01[^]*?(?=^## WP02)/m, '') });
  const request = { mission: world.directory, actor: 'test', targetBranch: undefined };
  await expect(
    finalizeMission(await world.workspace(), { ...request, validateOnly: false, commit: true }),
  ).rejects.toMatchObject({
    code: 'WORK_PACKAGE_FILE_GONE',
    hints: expect.arrayContaining([
      expect.stringMatching(
        /bring its file back.+move-task WP01 --to canceled .+, and take the file away again/,
      ),
    ]),
  });
});

test('whatever accept refuses, next and the checklist say before', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  const commit = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  const checklist = async () =>
    acceptMission(await world.workspace(), {
      mission: world.directory,
      actor: 'ada',
      mode: 'checklist',
      commit: true,
    });
  const ready = { readiness: { ok: true } };
  expect(await checklist()).toMatchObject(ready);
  const refused = async (code: string, said: string) => {
    await expect(world.accept()).rejects.toMatchObject({ code });
    expect(await told(world)).toMatchObject({ action: 'accept', reason: expect.stringContaining(said) });
    expect((await checklist()).readiness).toMatchObject({
      ok: false,
      failedChecks: [{ check: code.toLowerCase(), detail: expect.stringContaining(said) }],
    });
  };
  world.work('lane-a', { 'src/evil.js': 'evil\n' });
  await refused('UNREVIEWED_COMMITS', 'that no review has seen');
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', commit);
  world.gitIn('lane-a', 'commit', '--quiet', '--amend', '--message', 'otherwise');
  await refused('UNREVIEWED_COMMITS', 'that no review has seen');
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', commit);
  world.repository.git('branch', '--move', 'main', 'trunk');
  await refused('TARGET_NOT_FOUND', 'is gone: main');
  world.repository.git('branch', '--move', 'trunk', 'main');
  expect(await checklist()).toMatchObject(ready);
});

test('next says before a merge that the target has taken the work back', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  world.repository.commit('elsewhere', { 'other.txt': 'x\n' });
  const plain = { action: 'merge', reason: 'The mission is accepted and not merged.' };
  expect(await told(world)).toMatchObject(plain);
  world.repository.git('merge', '--quiet', '--no-ff', `kitty/mission-${world.directory}-lane-a`);
  expect(await told(world)).toMatchObject(plain);
  world.repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
  await expect(world.merge()).rejects.toMatchObject({ code: 'LANDING_REVERTED' });
  expect(await told(world)).toMatchObject({
    action: 'merge',
    reason: expect.stringContaining('main had the work of lane-a'),
  });
});

test('an acceptance is for its target, and what was merged was merged where it was', async () => {
  const world = missionWorld();
  await world.plan(ONE);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  const retarget = (from: string, to: string) => {
    const file = `${world.folder}/meta.json`;
    const named = (branch: string) => `"target_branch": "${branch}"`;
    world.repository.commit('Retarget', {
      [file]: world.repository.read(file).replace(named(from), named(to)),
    });
    world.reopen();
  };
  world.repository.git('switch', '--quiet', '--create', 'release');
  retarget('main', 'release');
  const said = 'accepted for main, and its target branch is release now.';
  await expect(world.merge()).rejects.toMatchObject({
    code: 'ACCEPTANCE_REQUIRED',
    message: `The mission was ${said}`,
  });
  expect(await told(world)).toMatchObject({ action: 'accept', reason: expect.stringContaining(said) });
  await world.accept();
  await world.merge();
  world.repository.git('switch', '--quiet', '--create', 'later', 'release');
  world.repository.git('branch', '--force', 'main', 'release~2');
  retarget('release', 'main');
  const { lostMerge } = await import('../merged/lost-merge.ts');
  const workspace = await world.workspace();
  const view = await workspace.view(world.directory);
  expect(await lostMerge(() => workspace.lanes(), view)).toBeUndefined();
});

test('what a canceled package has left on top of its lane is named as that, and left out as told', async () => {
  const world = missionWorld();
  await world.plan([...ONE, { id: 'WP02', owns: ['src/**'], dependencies: ['WP01'] }]);
  const first = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-a', { 'src/b.js': 'b\n' });
  await world.move('WP02', 'canceled', { agent: 'ada', force: true, note: 'not needed' });
  for (const file of ['', 'src/c.js']) {
    if (file) world.work('lane-a', { [file]: 'c\n' });
    const refusal = (await world.accept().catch((error: unknown) => error)) as Fault;
    expect(refusal).toMatchObject({
      code: 'UNREVIEWED_COMMITS',
      message:
        'lane-a has 1 commit of WP02, which is canceled, on top of what is wanted; nothing was changed.',
      details: { wp_id: 'WP02' },
    });
    const tip = world.gitIn('lane-a', 'rev-parse', 'HEAD');
    const [, command = ''] = /`git ([^`]+)`/.exec(refusal.hints[0] ?? '') ?? [];
    world.repository.git(...command.split(' '));
    expect(existsSync(path.join(world.lane('lane-a'), 'src/b.js'))).toBe(false);
    if (file) expect(existsSync(path.join(world.lane('lane-a'), file))).toBe(true);
    else {
      expect(await told(world)).toMatchObject({ reason: expect.stringMatching(/canceled\.$/) });
      world.gitIn('lane-a', 'reset', '--quiet', '--hard', tip);
    }
  }
  expect(world.gitIn('lane-a', 'rev-parse', 'HEAD~1')).toBe(first);
  await expect(world.accept()).rejects.toMatchObject({ hints: [expect.stringContaining('move-task WP01')] });
});
