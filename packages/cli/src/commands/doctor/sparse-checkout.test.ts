import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test('a project that a sparse checkout leaves out is named, not made anew, and nothing is planned beside it', async () => {
  const world = cliWorld();
  const { repository } = world;
  await runCli(world, ['init', '--ai', 'claude']);
  repository.write({ 'src/a.js': 'a' });
  repository.git('add', '.');
  repository.git('commit', '--quiet', '-m', 'set up');
  repository.git('sparse-checkout', 'set', 'src');
  rmSync(path.join(repository.root, '.kittify'), { recursive: true, force: true });
  const found = await runJson(world, ['doctor', '--fix']);
  expect(found).toMatchObject({ exitCode: 1, document: { fixed: [] } });
  expect(JSON.stringify(found.document)).toMatch(/"sparse_checkout".*`git sparse-checkout add /);
  for (const line of [['upgrade'], ['quick', 'Greet people']])
    expect(await runJson(world, line)).toMatchObject({
      exitCode: 1,
      document: {
        error_code: 'SPARSE_CHECKOUT',
        hints: expect.arrayContaining([expect.stringContaining('`git sparse-checkout add ')]) as string[],
      },
    });
  repository.git('sparse-checkout', 'add', '.kittify', 'kitty-specs', '.claude');
  expect(JSON.stringify((await runJson(world, ['doctor'])).document)).not.toContain('sparse_checkout');
  expect(await runJson(world, ['quick', 'Greet people'])).toMatchObject({ exitCode: 0 });
});
