import { rmSync } from 'node:fs';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reviewPackage } from '../work/review-package.ts';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { emitTransition, type EmitRequest } from './emit-transition.ts';
import { movePackage } from './move-package.ts';

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

// Whether two names are one file is up to the disk that the target is checked out on.
test.each(['.kittify', 'kitty-specs', '.Kittify/config.yaml', 'KITTY-SPECS/a.md'])(
  'a lane has nothing at %s',
  async (name) => {
    world.gitIn('lane-a', 'rm', '-r', '--quiet', '--ignore-unmatch', name);
    world.work('lane-a', { [name]: 'mine\n' });
    await expect(world.move('WP01', 'for_review', { agent: 'claude' })).rejects.toMatchObject({
      code: 'LANE_TOUCHES_STATE',
      details: { paths: expect.arrayContaining([name]) },
    });
  },
);

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

test('an approval by force that no review leads to is of the tip of the lane, by move and by emit', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.review('WP01');
  await world.move('WP01', 'in_progress', { agent: 'codex', feedback: 'Fix it.' });
  const fixed = world.work('lane-a', { 'src/a.js': 'fixed\n' });
  const forced = await world.move('WP01', 'approved', { agent: 'dora', force: true, note: 'I looked' });
  expect(forced).toMatchObject({ commit: fixed });
  expect(repository.git('rev-parse', `refs/spec-kitty/recorded/${world.missionId}/WP01`)).toBe(fixed);
  const later = world.work('lane-a', { 'src/a.js': 'later\n' });
  expect(await emit({ to: 'approved', actor: 'dora', force: true, reason: 'again' })).toMatchObject({
    commit: later,
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
  // Nobody rejected it, and there is no feedback to show.
  const { state } = await (await world.workspace()).view(world.directory);
  expect(state.packages.get('WP01')?.lastRejection).toBeNull();
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

test('a rejection that was cut off after its file uses that file again, unless an event names it', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.review('WP01');
  const send = { agent: 'codex', feedback: 'No.' };
  const workspace = await world.workspace();
  const cutOff = withChanges(workspace, {
    log: withChanges(workspace.log, {
      append: (mission, purpose, decide) =>
        workspace.log.append(mission, purpose, async (log, text) => {
          (await decide(log, text)).prepare?.();
          throw new Error('killed');
        }),
    }),
  });
  const request = {
    mission: world.directory,
    wp: 'WP01',
    to: 'in_progress',
    note: undefined,
    force: false,
    ...send,
  };
  await expect(movePackage(cutOff, request)).rejects.toThrow('killed');
  const cycle = (count: number) => `${world.folder}/tasks/WP01-package/review-cycle-${count}.md`;
  expect(repository.read(cycle(1))).toContain('No.');
  world.reopen();
  expect((await world.move('WP01', 'in_progress', send)).feedbackFile).toBe(cycle(1));

  world.work('lane-a', { 'src/a.js': 'again\n' });
  await markDone();
  await world.move('WP01', 'for_review', { agent: 'claude' });
  expect((await world.move('WP01', 'in_progress', send)).feedbackFile).toBe(cycle(2));
});

test('a rejection from for_review claims the review first; without the files it names their branch', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  repository.git('stash', '--quiet');
  repository.git('switch', '--quiet', '--orphan', 'elsewhere');
  await expect(world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' })).rejects.toMatchObject({
    code: 'MISSION_NOT_ON_BRANCH',
    details: { branch: 'main', current_branch: 'elsewhere' },
  });
  repository.git('switch', '--quiet', 'main');
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.' });
  expect((await rows()).laneEvents.slice(-2).map(({ to_lane: to }) => to)).toEqual(['in_review', 'planned']);
});

test('feedback that a move would not record is refused; a rejection that is run again is no move', async () => {
  await expect(
    world.move('WP01', 'for_review', { agent: 'claude', feedback: 'Lost.' }),
  ).rejects.toMatchObject({
    code: 'FEEDBACK_NOT_RECORDED',
    hints: [expect.stringContaining('agent tasks add-history WP01')],
  });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.\n' });
  expect(await world.move('WP01', 'planned', { agent: 'codex', feedback: 'No.\n' })).toMatchObject({
    eventId: null,
  });
  for (const [wp, feedback] of [
    ['WP01', 'Something else.'],
    ['WP02', 'No.'],
  ] as const) {
    await expect(world.move(wp, 'planned', { agent: 'codex', feedback })).rejects.toMatchObject({
      code: 'FEEDBACK_NOT_RECORDED',
    });
  }
});

test('a package that is not finalized moves nowhere but to canceled, unless by force', async () => {
  repository.write({
    [`${world.folder}/tasks/WP03-late.md`]: repository
      .read(`${world.folder}/tasks/WP02-package.md`)
      .replaceAll('WP02', 'WP03'),
  });
  for (const to of ['planned', 'claimed', 'blocked']) {
    await expect(world.move('WP03', to, { agent: 'ada' })).rejects.toMatchObject({
      code: 'NOT_FINALIZED',
      hints: [expect.stringContaining('agent mission finalize-tasks')],
    });
  }
  await expect(world.move('WP03', 'nowhere')).rejects.toMatchObject({ code: 'LANE_UNKNOWN' });
  await world.move('WP03', 'canceled');
  expect(await world.lanes()).toMatchObject({ WP03: 'canceled' });
});

test('nobody approves their own work, except by force and on record', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  await expect(world.review('WP01', 'claude')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  const unnamed = { mission: world.directory, wp: undefined, agent: 'claude' };
  await expect(reviewPackage(await world.workspace(), unnamed)).rejects.toMatchObject({
    code: 'SELF_APPROVAL',
  });
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

test('an approval recorded for an implementer by somebody else names the implementer, by move and by emit', async () => {
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const forced = { agent: 'boss', reviewer: 'claude', force: true, note: 'urgent' };
  expect(await world.move('WP01', 'approved', forced)).toMatchObject({ selfApproval: true });
  expect((await rows()).lifecycle.at(-1)).toMatchObject({ payload: { implementing_actor: 'claude' } });

  world.restore();
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const reviewResult = { reviewer: 'claude', verdict: 'approved', reference: 'pr-1' };
  await emit({ to: 'approved', actor: 'boss', force: true, reason: 'urgent', reviewResult });
  expect((await rows()).lifecycle.at(-1)).toMatchObject({ payload: { implementing_actor: 'claude' } });
});

test('another agent does not move what somebody holds, and a move to where it is does nothing', async () => {
  await expect(world.move('WP01', 'blocked', { agent: 'gemini' })).rejects.toMatchObject({
    code: 'HELD_BY_OTHER',
  });
  await expect(world.move('WP01', 'canceled', { agent: 'gemini' })).rejects.toMatchObject({
    hints: [
      expect.stringMatching(/without --agent: `\S+ .* WP01 --to canceled --note "<reason>" --mission /),
    ],
  });
  const before = (await rows()).laneEvents.length;
  expect(await world.move('WP01', 'in_progress', { agent: 'claude' })).toMatchObject({
    eventId: null,
    to: 'in_progress',
  });
  expect((await rows()).laneEvents).toHaveLength(before);
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
    hints: [expect.stringMatching(/^Add --review-result-json '\{.*"verdict":"approved".*\}'\.$/)],
  });
  const reviewResult = { reviewer: 'codex', verdict: 'approved', reference: 'pr-1' };
  expect(await emit({ to: 'approved', actor: 'codex', reviewResult })).toMatchObject({
    to: 'approved',
    commit,
  });
});

test('emit takes a word for subtasks, and none for commits: it refuses what a move would', async () => {
  await markDone('planned');
  world.gitIn('lane-a', 'reset', '--quiet', '--hard', base);
  await expect(emit({})).rejects.toMatchObject({ code: 'SUBTASKS_OPEN' });
  await expect(emit({ subtasksComplete: true })).rejects.toMatchObject({ code: 'NO_COMMITS' });
  expect(await world.lanes()).toMatchObject({ WP01: 'in_progress' });
  const forced = { subtasksComplete: true, force: true, reason: 'nothing to change' };
  expect(await emit(forced)).toMatchObject({ to: 'for_review' });
});
