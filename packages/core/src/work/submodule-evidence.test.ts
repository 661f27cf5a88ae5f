import path from 'node:path';
import { missionWorld } from '@spec-kitty/testkit/mission-world';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';

const LOCAL = ['-c', 'protocol.file.allow=always'];
const submit = { agent: 'dora' };

/** A claimed lane whose submodule `lib/x y` can be committed to, as can one that the lane adds. */
async function laneWithSubmodule() {
  const library = tempRepository();
  library.commit('one', { 'x.txt': 'x' });
  const world = missionWorld();
  world.repository.git(...LOCAL, 'submodule', '--quiet', 'add', library.root, 'lib/x y');
  world.repository.commit('submodule');
  await world.plan([{ id: 'WP01', owns: ['lib/**', 'src/**'] }]);
  await world.claim('WP01', 'dora');
  const within = (...args: string[]) => world.gitIn('lane-a', '-C', 'lib/x y', ...args);
  /** Commits in the submodule, and that in the lane. */
  const commitInside = () => {
    within('commit', '--quiet', '--allow-empty', '--message', 'inside');
    world.work('lane-a', {});
    return within('rev-parse', 'HEAD');
  };
  return { world, library, within, commitInside, send: () => world.move('WP01', 'for_review', submit) };
}

test('a submodule at a commit that only the lane has is refused by path and commit, until it is pushed to where its clone is from', async () => {
  const { commitInside, within, send } = await laneWithSubmodule();
  const commit = commitInside();
  await expect(send()).rejects.toMatchObject({
    code: 'SUBMODULE_UNPUBLISHED',
    hints: [expect.stringContaining("lib/x y'"), expect.anything()],
    details: { wp_id: 'WP01', submodules: [{ path: 'lib/x y', commit }] },
  });
  within('push', '--quiet', 'origin', 'HEAD:refs/heads/topic');
  expect(await send()).toMatchObject({ to: 'for_review' });
});

test('a submodule whose commit is in the primary checkout too is fine, and so is force', async () => {
  const fetched = await laneWithSubmodule();
  const commit = fetched.commitInside();
  const { repository, directory } = fetched.world;
  const lane = path.join(repository.root, '.worktrees', `${directory}-lane-a`, 'lib/x y');
  repository.git('-C', 'lib/x y', ...LOCAL, 'fetch', '--quiet', lane, commit);
  expect(await fetched.send()).toMatchObject({ to: 'for_review' });

  const forced = await laneWithSubmodule();
  forced.commitInside();
  const options = { ...submit, force: true, note: 'pushed later' };
  expect(await forced.world.move('WP01', 'for_review', options)).toMatchObject({ to: 'for_review' });
});

test('a submodule that the lane adds needs no clone in the primary checkout', async () => {
  const { world, library, send } = await laneWithSubmodule();
  world.gitIn('lane-a', ...LOCAL, 'submodule', '--quiet', 'add', library.root, 'lib/new');
  world.work('lane-a', {});
  expect(await send()).toMatchObject({ to: 'for_review' });
});
