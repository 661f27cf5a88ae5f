import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

test('outside of Git the first next step is to begin a repository; inside there is none to begin', async () => {
  const inside = cliWorld();
  expect((await runCli(inside, ['init'])).stdout).not.toContain('git init');
  const outside = cliWorld();
  rmSync(path.join(outside.repository.root, '.git'), { recursive: true });
  const { stdout } = await runCli(outside, ['init', 'new']);
  expect(stdout).toContain('Next steps:\n  git init new ');
  const { document } = await runJson(outside, ['init', 'other']);
  expect((document as { next_steps: string[] }).next_steps[0]).toMatch(/^git init other /);
});
