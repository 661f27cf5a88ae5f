import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { diagnoseMerge } from '../doctor/diagnose-merge.ts';
import { mergeMission } from '../merge/merge-mission.ts';
import { emitTransition, type EmitRequest } from './emit-transition.ts';

// WP01 is approved and not merged; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
const PERSON = 'Ada Lovelace';
let commit = '';
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
    { id: 'WP03', owns: ['src/c.js'] },
  ]);
  commit = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.claim('WP02');
  world.work('lane-b', { 'src/b.js': 'b\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function lastEvent() {
  return (await (await world.workspace()).log.read(world)).laneEvents.at(-1);
}

async function emit(more: Partial<EmitRequest>) {
  const given = { mission: world.directory, wp: 'WP01', to: 'done', actor: 'codex', force: true };
  return emitTransition(await world.workspace(), { ...given, subtasksComplete: false, ...more });
}

test('done needs the work on the target, whoever forces it and by whichever command', async () => {
  const refused = {
    code: 'NOT_LANDED',
    details: { commit, target_branch: 'main' },
    hints: [expect.stringContaining(`spec-kitty merge --mission ${world.directory}`), expect.any(String)],
  };
  for (const move of [
    () => world.move('WP01', 'done', { agent: 'codex' }),
    () => world.move('WP01', 'done', { agent: 'codex', force: true, note: 'it is there' }),
    () => emit({ reason: 'it is there' }),
  ])
    await expect(move()).rejects.toMatchObject(refused);
  repository.git('stash', '--quiet');
  repository.git('merge', '--quiet', '--no-edit', commit);
  await world.move('WP01', 'done', { agent: 'codex' });
  expect(await world.lanes()).toMatchObject({ WP01: 'done' });
});

/** How a target has the commit of a lane, and not its work. */
const TAKEN_BACK: Readonly<Record<string, () => void>> = {
  'was reverted': () => {
    repository.git('merge', '--quiet', '--no-ff', '--no-edit', commit);
    repository.git('revert', '--mainline', '1', '--no-edit', 'HEAD');
  },
  'a merge left out': () => repository.git('merge', '--quiet', '--strategy', 'ours', '--no-edit', commit),
};

test.each(Object.keys(TAKEN_BACK))('work that %s is not done, whichever command says so', async (how) => {
  repository.git('stash', '--quiet');
  TAKEN_BACK[how]?.();
  for (const move of [
    () => world.move('WP01', 'done', { agent: 'codex' }),
    () => world.move('WP01', 'done', { agent: 'codex', force: true, note: 'it is there' }),
    () => emit({ reason: 'it is there' }),
  ])
    await expect(move()).rejects.toMatchObject({ code: 'LANDING_REVERTED', details: { lanes: ['lane-a'] } });
  await world.move('WP01', 'done', { agent: 'codex', doneOverrideReason: 'kept for later' });
  expect(await world.lanes()).toMatchObject({ WP01: 'done' });
});

test('what was merged by hand and is done stays watched: where the target was is on record, and kept', async () => {
  repository.git('stash', '--quiet');
  await world.move('WP03', 'canceled', { person: PERSON, note: 'not wanted' });
  await world.approve('WP02');
  const mergeByHand = (id: string) =>
    repository.git('merge', '--quiet', '--no-ff', '--no-edit', `kitty/mission-${world.directory}-${id}`);
  const lost = async () => {
    world.reopen();
    const workspace = await world.workspace();
    return diagnoseMerge(workspace, (await workspace.view(world.directory)).mission);
  };
  mergeByHand('lane-a');
  const first = repository.git('rev-parse', 'main');
  await world.move('WP01', 'done', { agent: 'codex' });
  expect(await lastEvent()).toMatchObject({
    policy_metadata: { target_branch: 'main', target_commit: first },
  });
  expect(repository.git('rev-parse', `refs/spec-kitty/backup/${world.missionId}/target`)).toBe(first);
  expect(await lost()).toEqual([]);
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  mergeByHand('lane-b');
  const restore = expect.stringContaining(`git merge ${first}`);
  expect(await lost()).toMatchObject([{ category: 'merge_lost', recommended_action: restore }]);
  await expect(world.move('WP02', 'done', { agent: 'codex' })).rejects.toMatchObject({
    code: 'MERGE_LOST',
    details: { packages: ['WP01'], paths: ['src/a.js'] },
  });
  repository.git('merge', '--quiet', '--no-edit', first);
  const second = repository.git('rev-parse', 'main');
  await emit({ wp: 'WP02', reason: 'it is there' });
  repository.git('rm', '--quiet', 'src/b.js');
  repository.git('commit', '--quiet', '--message', 'Without b');
  expect(await lost()).toMatchObject([{ category: 'merge_reverted', wp_id: 'WP02' }]);
  repository.git('reset', '--quiet', '--hard', `${first}~1`);
  expect(await lost()).toMatchObject([{ category: 'merge_lost' }]);
  await expect(
    mergeMission(await world.workspace(), world.mergeRequest({ withoutAcceptance: true })),
  ).rejects.toMatchObject({
    code: 'MERGE_LOST',
    details: { commit: second, packages: ['WP01', 'WP02'], paths: ['src/a.js', 'src/b.js'] },
  });
});

test('completing what is approved asks for the review, and names the option that says it', async () => {
  await expect(emit({ force: false })).rejects.toMatchObject({
    code: 'GUARD_APPROVAL',
    hints: [expect.stringMatching(/^Add --evidence-json '\{"review":/)],
  });
});

test('what goes all the way to done has to be on the target as well', async () => {
  await expect(world.move('WP02', 'done', { reviewer: 'codex' })).rejects.toMatchObject({
    code: 'NOT_LANDED',
  });
  expect(await world.lanes()).toMatchObject({ WP02: 'in_progress' });
});

test('or the word of somebody that it has landed, which is told as that', async () => {
  const reason = 'Done override: squashed upstream';
  for (const move of [
    () => world.move('WP01', 'done', { agent: 'codex', doneOverrideReason: 'squashed upstream' }),
    () => emit({ reason }),
  ]) {
    world.restore();
    await move();
    expect(await lastEvent()).toMatchObject({ to_lane: 'done', reason });
  }
});

test('what is done by force says so, and invents no review', async () => {
  await world.move('WP03', 'done', { force: true, note: 'not needed any more', person: PERSON });
  expect(await lastEvent()).toMatchObject({
    from_lane: 'planned',
    to_lane: 'done',
    actor: PERSON,
    force: true,
    reason: 'not needed any more',
    evidence: null,
    review_result: null,
  });
});

test('a person is named for what they decide, and never as who did the work', async () => {
  await world.move('WP03', 'blocked', { person: PERSON, note: 'no access' });
  expect(await lastEvent()).toMatchObject({ to_lane: 'blocked', actor: PERSON });
  await world.move('WP02', 'for_review', { person: PERSON });
  expect(await lastEvent()).toMatchObject({ to_lane: 'for_review', actor: 'user' });
  await world.move('WP02', 'planned', { person: PERSON, feedback: 'name it' });
  expect(await lastEvent()).toMatchObject({ to_lane: 'planned', review_result: { reviewer: PERSON } });
});

test('what is done already is told as that, also after a squash, of which the target has no commit of the lane', async () => {
  await world.approve('WP02');
  await world.deliver('WP03', 'lane-c', { 'src/c.js': 'c\n' });
  await world.merge({ strategy: 'squash', withoutAcceptance: true });
  const last = await lastEvent();
  expect(await world.move('WP01', 'done', { agent: 'codex' })).toMatchObject({ from: 'done', eventId: null });
  expect(await lastEvent()).toEqual(last);
});
