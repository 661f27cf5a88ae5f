import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';

test('a document is available, still a scaffold, or missing, and never two of these', async () => {
  const world = cliWorld();
  const made = await runJson(world, ['agent', 'mission', 'create', 'pay']);
  const { feature_dir: root } = made.document as { feature_dir: string };
  const check = ['agent', 'mission', 'check-prerequisites', '--include-tasks'];
  expect(await runJson(world, check)).toMatchObject({
    exitCode: 1,
    document: {
      available_docs: [],
      unfilled: ['spec.md'],
      missing: ['plan.md', 'tasks.md', 'tasks/WP*.md'],
      ok: false,
    },
  });
  const { stdout } = await runCli(world, check);
  expect(stdout).toContain('not filled in: spec.md\nmissing: plan.md, tasks.md, tasks/WP*.md\n');
  world.repository.write({
    [`${root}/spec.md`]: '- FR-001: It works.\n',
    [`${root}/plan.md`]: '# Plan\n\nPlain files.\n',
  });
  expect(await runJson(world, check.slice(0, -1))).toMatchObject({
    exitCode: 0,
    document: { available_docs: ['spec.md', 'plan.md'], unfilled: [], missing: [], ok: true },
  });
});
