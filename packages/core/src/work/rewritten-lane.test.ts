import { execSync } from 'node:child_process';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// One lane: a package that is approved, and one that is built on it and in work.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/**'] },
    { id: 'WP02', owns: ['src/**'], dependencies: ['WP01'] },
  ]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.claim('WP02');
  world.work('lane-a', { 'src/b.js': 'b\n' });
  repository.commit('Meanwhile', { 'other.txt': 'x\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const submit = () => world.move('WP02', 'for_review', { agent: 'claude' });

test('a rebase under work that is approved is told before the review, and mended by the command that it names', async () => {
  const approved = world.gitIn('lane-a', 'rev-parse', 'HEAD~1');
  world.gitIn('lane-a', 'rebase', '--quiet', 'main');
  const refused = await submit().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'APPROVALS_DIVERGED',
    message: `lane-a has no more what was sent to review of WP01: ${approved}`,
    details: { lane_id: 'lane-a', wp_id: 'WP01', commit: approved, workspace_path: world.lane('lane-a') },
  });
  const { hints } = refused as { hints: readonly string[] };
  execSync(/`(git [^`]+)`/.exec(hints[0] ?? '')?.[1] ?? 'false', { env: repository.env });
  expect(await submit()).toMatchObject({ to: 'for_review' });
  await world.approve('WP02');
  await world.merge({ withoutAcceptance: true });
  expect(['src/a.js', 'src/b.js', 'other.txt'].map((file) => repository.git('show', `main:${file}`))).toEqual(
    ['a', 'b', 'x'],
  );
});

test('work that was sent back may be rewritten', async () => {
  await world.move('WP01', 'planned', { agent: 'codex', force: true, note: 'again', feedback: 'again' });
  world.gitIn('lane-a', 'rebase', '--quiet', 'main');
  expect(await submit()).toMatchObject({ to: 'for_review' });
});

test('force does not send to review what could never be merged', async () => {
  world.gitIn('lane-a', 'rebase', '--quiet', 'main');
  const forced = world.move('WP02', 'for_review', { agent: 'claude', force: true, note: 'as it is' });
  await expect(forced).rejects.toMatchObject({ code: 'APPROVALS_DIVERGED' });
});
