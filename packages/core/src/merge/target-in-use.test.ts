import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';

const world = new MissionWorld();
const { repository } = world;
const other = path.join(repository.base, 'other tree');

beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], { 'notes.txt': 'notes\n' });
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  repository.git('branch', 'side');
  repository.commit('Here', { 'notes.txt': 'here\n' });
  repository.git('switch', '--quiet', 'side');
  repository.commit('There', { 'notes.txt': 'there\n' });
  repository.git('switch', '--quiet', 'main');
  world.save();
});
afterAll(() => world.dispose());

function stops(...args: string[]): void {
  expect(() => repository.git(...args)).toThrow(args.join(' '));
}

function elsewhere(): void {
  repository.git('switch', '--quiet', '--create', 'feature');
  repository.git('worktree', 'add', '--quiet', other, 'main');
}

const moved = (): void => renameSync(other, `${other} 2`);

/** How the target is in use, and the code, worktree and command that the refusal must name. */
const IN_USE: Readonly<Record<string, readonly [() => void, string, string, string]>> = {
  'a rebase in the primary checkout': [
    () => stops('rebase', 'side'),
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} rebase --abort`,
  ],
  'a rebase by patches': [
    () => stops('rebase', '--apply', 'side'),
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} rebase --continue`,
  ],
  'a rebase in another worktree': [
    () => {
      elsewhere();
      stops('-C', other, 'rebase', 'side');
    },
    'BRANCH_IN_USE',
    other,
    `git -C '${other}' rebase --abort`,
  ],
  'a rebase of a branch on top of it': [
    () => {
      repository.git('switch', '--quiet', '--create', 'top');
      repository.commit('Top', { 'top.txt': 'top\n' });
      stops('rebase', '--update-refs', 'side');
    },
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} rebase --abort`,
  ],
  'a bisection': [
    () => repository.git('bisect', 'start', 'HEAD', 'HEAD~2'),
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} bisect reset`,
  ],
  'a merge': [
    () => stops('merge', '--quiet', 'side'),
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} merge --abort`,
  ],
  'a merge that only waits for its commit, in another worktree': [
    () => {
      repository.git('switch', '--quiet', '--create', 'clean', 'main~1');
      repository.commit('Clean', { 'clean.txt': 'clean\n' });
      elsewhere();
      repository.git('-C', other, 'merge', '--quiet', '--no-commit', 'clean');
    },
    'BRANCH_IN_USE',
    other,
    `git -C '${other}' merge --continue`,
  ],
  'a cherry-pick': [
    () => stops('cherry-pick', 'side'),
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} cherry-pick --abort`,
  ],
  'a cherry-pick of which the next commit is not begun yet': [
    () => {
      repository.git('switch', '--quiet', 'side');
      repository.commit('Next', { 'notes.txt': 'next\n' });
      repository.git('switch', '--quiet', 'main');
      stops('cherry-pick', 'side~1', 'side');
      repository.commit('Picked', { 'notes.txt': 'picked\n' });
    },
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} cherry-pick --abort`,
  ],
  'a revert': [
    () => {
      repository.commit('Again', { 'notes.txt': 'again\n' });
      stops('revert', '--no-edit', 'HEAD~1');
    },
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} revert --abort`,
  ],
  'a series of patches': [
    () => {
      const patch = path.join(repository.base, 'side.patch');
      repository.git('format-patch', '-1', `--output=${patch}`, 'side');
      stops('am', '--quiet', patch);
    },
    'BRANCH_IN_USE',
    repository.root,
    `git -C ${repository.root} am --abort`,
  ],
  'a worktree that is away': [
    () => {
      elsewhere();
      moved();
    },
    'CHECKOUT_MISSING',
    other,
    'git worktree prune',
  ],
  'a locked worktree that is away': [
    () => {
      elsewhere();
      repository.git('worktree', 'lock', other);
      moved();
    },
    'CHECKOUT_MISSING',
    other,
    `git worktree unlock '${other}' && git worktree prune`,
  ],
};

test.each(Object.entries(IN_USE))('%s: nothing moves', async (_, [use, code, root, command]) => {
  world.restore();
  use();
  const main = repository.git('rev-parse', 'main');
  for (const dryRun of [true, false]) {
    const fault = await world.merge({ dryRun }).catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'refused', code, message: expect.stringContaining(root) });
    expect((fault as { hints: readonly string[] }).hints.join(' ')).toContain(`\`${command}\``);
    expect(repository.git('rev-parse', 'main')).toBe(main);
  }
});

const FREE: Readonly<Record<string, () => void>> = {
  'a rebase of another branch': () => {
    repository.git('worktree', 'add', '--quiet', other, 'side');
    stops('-C', other, 'rebase', 'main');
  },
  'a merge into another branch': () => {
    repository.git('worktree', 'add', '--quiet', other, 'side');
    stops('-C', other, 'merge', '--quiet', 'main');
  },
  "a deleted worktree of the mission's own": () => rmSync(world.lane('lane-a'), { recursive: true }),
  'a deleted worktree of another branch': () => {
    repository.git('worktree', 'add', '--quiet', other, 'side');
    rmSync(other, { recursive: true });
  },
};

test.each(Object.entries(FREE))('%s is no obstacle', async (_, prepare) => {
  world.restore();
  prepare();
  await world.merge();
  expect(repository.git('show', 'main:src/a.js')).toBe('a');
});

test('the branch of a lane is no target: it would go away with the lane, and the merge with it', async () => {
  world.restore();
  const lane = `kitty/mission-${world.directory}-lane-a`;
  const meta = `${world.folder}/meta.json`;
  repository.write({
    [meta]: repository.read(meta).replace('"target_branch": "main"', `"target_branch": "${lane}"`),
  });
  const before = repository.git('rev-parse', lane);
  await expect(world.merge({ withoutAcceptance: true })).rejects.toMatchObject({
    code: 'TARGET_UNFIT',
    details: { target_branch: lane },
  });
  expect(repository.git('rev-parse', lane)).toBe(before);
});
