import { rmSync } from 'node:fs';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emitTransition, type EmitRequest } from './emit-transition.ts';

// WP01 is claimed and committed; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
let base = '';
let commit = '';
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  base = repository.git('rev-parse', 'main');
  await world.claim('WP01');
  await markDone();
  commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

async function rows() {
  return (await world.workspace()).log.read(world);
}

/** Notes the only subtask of WP01. */
async function markDone(state = 'done'): Promise<void> {
  const workspace = await world.workspace();
  await workspace.log.append(world, 'test', ({ annotations, laneEvents }) => {
    const last = [...laneEvents, ...annotations].toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
    const row = {
      event_id: workspace.ids.next(),
      kind: 'annotation',
      wp_id: 'WP01',
      at: last?.at ?? '',
      actor: 'claude',
      delta: { subtasks: { T001: state } },
    } as const;
    return { rows: [row], value: undefined };
  });
}

test('going to review records the commit of the lane and keeps it reachable', async () => {
  expect(await world.move('WP01', 'for_review', { agent: 'claude' })).toMatchObject({
    from: 'in_progress',
    to: 'for_review',
    commit,
  });
  expect((await rows()).laneEvents.at(-1)).toMatchObject({
    to_lane: 'for_review',
    policy_metadata: { agent: 'claude', commit },
  });
  expect(repository.git('rev-parse', `refs/spec-kitty/recorded/${world.missionId}/WP01`)).toBe(commit);
  repository.git('worktree', 'remove', '--force', world.lane('lane-a'));
  repository.git('branch', '--quiet', '-D', `kitty/mission-${world.directory}-lane-a`);
  expect((await world.review('WP01')).commit).toBe(commit);
});

test.each([
  {
    what: 'uncommitted files',
    code: 'DIRTY_WORKTREE',
    given: () => repository.write({ [`.worktrees/${world.directory}-lane-a/x.js`]: '' }),
  },
  {
    what: 'no commit since the claim',
    code: 'NO_COMMITS',
    given: () => world.gitIn('lane-a', 'reset', '--quiet', '--hard', base),
  },
  { what: 'open subtasks', code: 'SUBTASKS_OPEN', given: () => markDone('planned') },
  {
    what: 'no branch',
    code: 'NO_COMMITS',
    given: () => {
      repository.git('worktree', 'remove', '--force', world.lane('lane-a'));
      repository.git('branch', '--quiet', '-D', `kitty/mission-${world.directory}-lane-a`);
    },
  },
])('not with $what, except by force, which is on record', async ({ code, given }) => {
  await Promise.resolve(given());
  await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({ code });
  expect(await world.lanes()).toMatchObject({ WP01: 'in_progress' });
  await world.move('WP01', 'for_review', { agent: 'claude', force: true, note: 'because' });
  expect((await rows()).laneEvents.at(-1)).toMatchObject({
    to_lane: 'for_review',
    force: true,
    reason: 'because',
  });
});

test('force does not override a Git that fails: nothing is recorded without its commit', async () => {
  repository.write({ '.git/refs/spec-kitty': 'not a folder' });
  const forced = world.move('WP01', 'for_review', { agent: 'claude', force: true, note: 'because' });
  await expect(forced).rejects.toMatchObject({ code: 'GIT_FAILED' });
  expect(await world.lanes()).toMatchObject({ WP01: 'in_progress' });
});

test('a worktree that is gone does not hide committed work', async () => {
  rmSync(world.lane('lane-a'), { recursive: true });
  expect(await world.move('WP01', 'for_review', { agent: 'claude' })).toMatchObject({ commit });
});

test('an approval is of what was submitted, whatever the lane holds by then', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  world.work('lane-a', { 'src/a.js': 'later\n' });
  const { commit: reviewed, changedFiles, commitCount } = await world.review('WP01');
  expect([reviewed, changedFiles, commitCount]).toEqual([commit, ['src/a.js'], 1]);
  await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' });
  expect((await rows()).laneEvents.at(-1)).toMatchObject({
    to_lane: 'approved',
    policy_metadata: { commit },
    evidence: { review: { reviewer: 'codex', verdict: 'approved', reference: 'fine' } },
    review_result: { reviewer: 'codex', verdict: 'approved', reference: 'fine' },
  });
});

test('approved work with new commits goes back to review by one command', async () => {
  await world.approve('WP01');
  const later = world.work('lane-a', { 'src/a.js': 'later\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  expect(
    (await rows()).laneEvents
      .slice(-2)
      .map(({ to_lane: to, policy_metadata: policy }) => [to, policy?.['commit']]),
  ).toEqual([
    ['in_progress', undefined],
    ['for_review', later],
  ]);
});

test('a rejection is a file, an event that names it, and a fresh start of the subtasks', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.review('WP01');
  await expect(world.move('WP01', 'planned', { agent: 'codex' })).rejects.toMatchObject({
    code: 'FEEDBACK_REQUIRED',
  });
  const moved = await world.move('WP01', 'planned', { agent: 'codex', feedback: '\nRename it.\n' });
  const file = `${world.folder}/tasks/WP01-package/review-cycle-1.md`;
  expect(moved).toMatchObject({ to: 'planned', feedbackFile: file, subtasksReset: ['T001'] });
  expect(repository.read(file)).toMatch(
    /^---\naffected_files: \[\]\ncycle_number: 1\n[^]*\n---\n\nRename it\.\n$/,
  );
  const reference = `review-cycle://${world.directory}/WP01-package/review-cycle-1.md`;
  expect((await rows()).laneEvents.at(-1)).toMatchObject({
    to_lane: 'planned',
    force: false,
    review_ref: reference,
    review_result: { reviewer: 'codex', verdict: 'changes_requested', reference, feedback_path: file },
  });
  const { state } = await (await world.workspace()).view(world.directory);
  expect(state.packages.get('WP01')).toMatchObject({
    holder: null,
    commit: null,
    slot: { subtasks: { T001: 'planned' } },
  });
  const again = await world.claim('WP01');
  expect(again.workspace).toMatchObject({ head: commit, created: false });
});

test('a rejection from for_review claims the review first; without the files it names their branch', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  repository.git('stash', '--quiet');
  repository.git('switch', '--quiet', '--orphan', 'elsewhere');
  await expect(world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' })).rejects.toMatchObject({
    code: 'MISSION_NOT_ON_BRANCH',
    details: { branch: 'main' },
  });
  repository.git('switch', '--quiet', 'main');
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' });
  expect((await rows()).laneEvents.slice(-2).map(({ to_lane: to }) => to)).toEqual(['in_review', 'planned']);
});

test('nobody approves their own work, except by force and on record', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await expect(world.review('WP01', 'claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await expect(world.move('WP01', 'approved', { agent: 'claude', note: 'mine' })).rejects.toMatchObject({
    code: 'SELF_APPROVAL',
    details: { implementer: 'claude' },
  });
  const selfReview = { intendedReviewer: 'codex', failureReason: 'no answer' };
  const moved = await world.move('WP01', 'approved', {
    agent: 'claude',
    note: 'urgent',
    force: true,
    selfReview,
  });
  expect(moved.selfApproval).toBe(true);
  expect((await rows()).lifecycle.at(-1)).toMatchObject({
    event_type: 'ReviewerSelfApproval',
    payload: { implementing_actor: 'claude', intended_reviewer: 'codex', failure_reason: 'no answer' },
  });
});

test('another agent does not move what somebody holds, and a move to where it is does nothing', async () => {
  await expect(world.move('WP01', 'blocked', { agent: 'gemini' })).rejects.toMatchObject({
    code: 'HELD_BY_OTHER',
  });
  const before = (await rows()).laneEvents.length;
  expect(await world.move('WP01', 'in_progress', { agent: 'claude' })).toMatchObject({
    eventId: null,
    to: 'in_progress',
  });
  expect((await rows()).laneEvents).toHaveLength(before);
});

test('done needs the work on the target, or the word of somebody that it is', async () => {
  await world.approve('WP01');
  await expect(world.move('WP01', 'done', { agent: 'codex' })).rejects.toMatchObject({
    code: 'NOT_LANDED',
    details: { commit, target_branch: 'main' },
    hints: [expect.stringContaining(`spec-kitty merge --mission ${world.directory}`), expect.any(String)],
  });
  await world.move('WP01', 'done', { agent: 'codex', doneOverrideReason: 'squashed upstream' });
  expect((await rows()).laneEvents.at(-1)).toMatchObject({ to_lane: 'done', reason: 'squashed upstream' });

  world.restore();
  await world.approve('WP01');
  repository.git('stash', '--quiet');
  repository.git('merge', '--quiet', '--no-edit', commit);
  await world.move('WP01', 'done', { agent: 'codex' });
  expect(await world.lanes()).toMatchObject({ WP01: 'done' });
});

test('what needs no files works from any branch', async () => {
  repository.git('stash', '--quiet');
  repository.git('switch', '--quiet', '--orphan', 'elsewhere');
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.move('WP02', 'blocked', { note: 'waiting' });
  expect(await world.lanes()).toMatchObject({ WP01: 'for_review', WP02: 'blocked' });
  expect(repository.git('status', '--porcelain')).toBe('');
});

async function emit(more: Partial<EmitRequest>) {
  const given = { mission: world.directory, wp: 'WP01', to: 'for_review', actor: 'claude', force: false };
  return emitTransition(await world.workspace(), {
    ...given,
    subtasksComplete: false,
    implementationEvidence: false,
    ...more,
  });
}

test('emit records one transition, looks up what is not vouched for, and passes no lanes', async () => {
  expect(await emit({})).toMatchObject({ from: 'in_progress', to: 'for_review', commit });
  await expect(emit({ to: 'approved', actor: 'codex' })).rejects.toMatchObject({
    code: 'LANE_EDGE_FORBIDDEN',
  });
  await emit({ to: 'in_review', actor: 'codex' });
  await expect(emit({ to: 'approved', actor: 'codex' })).rejects.toMatchObject({
    code: 'GUARD_REVIEW_RESULT',
  });
  const reviewResult = { reviewer: 'codex', verdict: 'approved', reference: 'pr-1' };
  expect(await emit({ to: 'approved', actor: 'codex', reviewResult })).toMatchObject({
    to: 'approved',
    commit,
  });
});

test('emit takes the caller by their word where they give it', async () => {
  await markDone('planned');
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', base);
  await expect(emit({})).rejects.toMatchObject({ code: 'SUBTASKS_OPEN' });
  await expect(emit({ subtasksComplete: true })).rejects.toMatchObject({ code: 'NO_COMMITS' });
  expect(await emit({ subtasksComplete: true, implementationEvidence: true })).toMatchObject({
    to: 'for_review',
  });
});
