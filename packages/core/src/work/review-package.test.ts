import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { reviewPackage } from './review-package.ts';

test('what is judged is what is recorded, whoever resubmits it meanwhile', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const workspace = await world.workspace();
  let second = '';
  const lanes = async () => {
    const found = await workspace.lanes();
    if (second === '') {
      await world.review('WP01', 'zoe');
      await world.move('WP01', 'in_progress', { agent: 'zoe', feedback: 'No.' });
      second = world.work('lane-a', { 'src/a.js': 'b\n' });
      await world.move('WP01', 'for_review', { agent: 'claude' });
    }
    return found;
  };
  const declared = {
    policy: { sandbox_mode: 'none', commit: 'f00', agent: 'zoe' },
    reviewRef: 'second-look',
  };
  const request = { mission: world.directory, wp: 'WP01', agent: 'codex', ...declared };
  const review = await reviewPackage(withChanges(workspace, { lanes }), request);
  expect(review).toMatchObject({ commit: second, fresh: true });
  expect((await workspace.log.read(world)).laneEvents.at(-1)).toMatchObject({
    to_lane: 'in_review',
    review_ref: 'second-look',
    policy_metadata: { commit: second, agent: 'codex', sandbox_mode: 'none' },
  });
});

test('a commit that nobody recorded is recorded and kept once it is under review', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  const { lane } = await world.claim('WP01');
  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  const workspace = await world.workspace();
  // As a log from elsewhere has it: submitted, and nothing said about what.
  await workspace.log.append(world, 'test', ({ laneEvents }) => {
    const { policy_metadata: _, review_result: __, ...last } = laneEvents.at(-1) ?? laneRow(1);
    const row = {
      ...last,
      event_id: workspace.ids.next(),
      from_lane: 'in_progress',
      to_lane: 'for_review',
    } as const;
    return { rows: [{ ...row, policy_metadata: null }], value: undefined };
  });
  expect((await world.review('WP01')).commit).toBe(commit);
  world.repository.git('worktree', 'remove', '--force', world.lane('lane-a'));
  world.repository.git('branch', '--quiet', '-D', lane.branches[0] ?? '');
  expect(await world.move('WP01', 'approved', { agent: 'codex', note: 'fine' })).toMatchObject({ commit });
  expect(world.repository.git('rev-parse', `refs/spec-kitty/recorded/${world.missionId}/WP01`)).toBe(commit);
});

test('simultaneous reviews without a name get different packages, until none is left', async () => {
  const world = missionWorld();
  const ids = ['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06'];
  await world.plan(ids.map((id) => ({ id, owns: [`${id}/**`] })));
  for (const [index, id] of ids.entries()) {
    await world.claim(id);
    world.work(`lane-${'abcdef'[index]}`, { [`${id}/a.js`]: 'a\n' });
    await world.move(id, 'for_review', { agent: 'claude' });
  }
  const reviewers = [...ids, 'one too many'].map((id) => `reviewer of ${id}`);
  const taken = await Promise.allSettled(
    reviewers.map(async (agent) => {
      const workspace = await world.openIn(world.repository.root);
      return reviewPackage(workspace, { mission: world.directory, wp: undefined, agent });
    }),
  );
  const got = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value.wp.id] : []));
  expect(got.toSorted()).toEqual(ids);
  const refused = taken.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(refused).toMatchObject([{ code: 'NOTHING_TO_REVIEW' }]);
});

test('what a lane has merged of the target is not taken for changes of the package', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n', 'lib/extra.js': 'x\n' });
  world.repository.commit('meanwhile', { 'lib/theirs.js': 'theirs\n', 'src/theirs.js': 'theirs\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  await world.move('WP01', 'for_review', { agent: 'claude' });
  const request = { mission: world.directory, wp: 'WP01', agent: 'codex' };
  expect(await reviewPackage(await world.workspace(), request)).toMatchObject({
    changedFiles: ['src/a.js'],
    changedOutsideOwned: ['lib/extra.js'],
  });
});

test('a package that force has brought to review without a commit is refused with the way back', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.move('WP01', 'in_review', { agent: 'codex', force: true, note: 'x' });
  await expect(world.review('WP01')).rejects.toMatchObject({
    code: 'NO_COMMITS',
    hints: [
      expect.stringContaining('--to planned --force'),
      expect.stringContaining('action implement WP01'),
    ],
  });
  await world.move('WP01', 'planned', { agent: 'ada', force: true, note: 'nothing there' });
  await world.claim('WP01');
});

test('nobody takes or approves a commit that this clone does not have', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
  await world.claim('WP01');
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await world.move('WP01', 'for_review', { agent: 'claude' });
  // As the log comes to another clone: without the lane.
  const { repository, missionId, directory } = world;
  const branch = `kitty/mission-${directory}-lane-a`;
  repository.git('worktree', 'remove', world.lane('lane-a'));
  for (const ref of [`refs/spec-kitty/recorded/${missionId}/WP01`, `refs/heads/${branch}`])
    repository.git('update-ref', '-d', ref);
  repository.git('reflog', 'expire', '--expire=now', '--all');
  repository.git('gc', '--quiet', '--prune=now');
  const lost = {
    code: 'REVIEWED_COMMIT_LOST',
    hints: [
      expect.stringContaining(`\`git push <remote> ${branch}\`, here \`git fetch <remote> ${branch}\``),
    ],
  };
  await expect(world.review('WP01')).rejects.toMatchObject(lost);
  await expect(world.move('WP01', 'approved', { agent: 'codex', note: 'fine' })).rejects.toMatchObject(lost);
});
