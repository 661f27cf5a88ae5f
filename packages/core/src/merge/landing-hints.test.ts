import { spawnSync } from 'node:child_process';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Fault } from '../fault.ts';

// Three lanes with approved and accepted work, the second on top of the first; they share two files.
const world = new MissionWorld();
const { repository } = world;
const lane = (id: string) => `kitty/mission-${world.directory}-${id}`;
const both = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n${last}\n`;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a/**'] },
      { id: 'WP02', owns: ['src/b/**'], dependencies: ['WP01'] },
      { id: 'WP03', owns: ['src/c/**'] },
    ],
    { 'src/old.js': 'old\n', 'src/both.txt': both('1', '8'), 'src/c/old.js': 'c\n' },
  );
  const a = { 'src/a/1.js': 'a1\n', 'src/old.js': 'new\n', 'src/both.txt': both('one', '8') };
  await world.deliver('WP01', 'lane-a', a);
  await world.deliver('WP02', 'lane-b', { 'src/b/1.js': 'b1\n', 'src/old.js': 'newer\n' });
  await world.claim('WP03');
  world.gitIn('lane-c', 'rm', '-q', 'src/c/old.js');
  world.work('lane-c', { 'src/c/1.js': 'c1\n', 'src/both.txt': both('1', 'eight') });
  await world.approve('WP03');
  await world.accept();
  for (const id of ['lane-a', 'lane-b', 'lane-c'])
    repository.git('merge', '--quiet', '--no-ff', '--no-edit', lane(id));
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const landed = () => world.merge({ destination: 'landed' });

async function refusal(): Promise<Fault> {
  const error: unknown = await landed().then(
    () => expect.unreachable('it was recorded'),
    (thrown: unknown) => thrown,
  );
  return error instanceof Fault ? error : expect.unreachable(String(error));
}

/** Runs the Git commands that hints name, as whoever reads them would. */
function follow({ hints }: Fault): void {
  for (const [, command = ''] of hints.join('\n').matchAll(/`(git re[^`]+)`/g)) {
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      cwd: repository.root,
      env: { ...repository.env, GIT_EDITOR: 'true' },
      encoding: 'utf8',
    });
    expect([status, stderr], command).toEqual([0, '']);
  }
  repository.git('commit', '--quiet', '--all', '--message', 'As the hints say');
}

test('the hints of work that was taken back by hand restore all paths, each named once', async () => {
  const tree = repository.git('rev-parse', 'HEAD:src');
  repository.git('rm', '-rq', 'src/a', 'src/b', 'src/c/1.js');
  const before = { 'src/old.js': 'old\n', 'src/both.txt': both('1', '8'), 'src/c/old.js': 'c\n' };
  repository.commit('Undo, add q', { ...before, q: 'q\n' });
  const refused = await refusal();
  expect(refused.message).toMatch(
    / lane-a, lane-c, lane-b; .+: src\/a\/1.js, src\/both.txt, src\/old.js, src\/c\/1.js, src\/c\/old.js and 1 more$/,
  );
  expect(refused.hints).toContainEqual(
    expect.stringContaining('`git log -p --full-history main -- src/both.txt`'),
  );
  expect(refused.code).toBe('LANDING_REVERTED');
  repository.write({ 'src/both.txt': both('one', 'eight') });
  follow(refused);
  expect(repository.git('rev-parse', 'HEAD:src')).toBe(tree);
  await landed();
});

test('what was reverted and what was taken back by hand is named and restored together', async () => {
  const tree = repository.git('rev-parse', 'HEAD:src');
  repository.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
  repository.git('rm', '-q', 'src/a/1.js');
  repository.commit('Undo, add q', { q: 'q\n' });
  const refused = await refusal();
  const commit = repository.git('rev-parse', 'HEAD~1');
  expect(refused.message).toContain(commit);
  expect(refused.message).toContain('src/a/1.js');
  follow(refused);
  expect(repository.git('rev-parse', 'HEAD:src')).toBe(tree);
  await landed();
});
