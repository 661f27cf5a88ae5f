import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { sampleFiles, writeSample } from '../../testing/sample-mission.ts';

const CHARTER = '.kittify/charter/charter.md';
const RULES = '# Charter\n\n- Money must be in cents.\n\n## For review\n\n- Count the tests.\n';

function chartered(files: Readonly<Record<string, string>> = { [CHARTER]: RULES }) {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), ...files });
  return { world, run: (...argv: string[]) => runJson(world, argv) };
}

test('without a charter both commands say so, and prompts say nothing', async () => {
  const { world, run } = chartered({});
  expect(await run('charter', 'status')).toMatchObject({ exitCode: 0, document: { exists: false } });
  const context = await runCli(world, ['charter', 'context', '--action', 'plan']);
  expect(context).toMatchObject({ exitCode: 0, stdout: `There is no charter: ${CHARTER}\n` });
  const { document } = await run('agent', 'action', 'review', 'WP01', '--agent', 'ada');
  expect(JSON.stringify(document)).not.toContain('charter');
});

test('status lists the sections, context prints what a prompt is given', async () => {
  const { world, run } = chartered();
  expect((await runCli(world, ['charter', 'status'])).stdout).toMatchInlineSnapshot(`
    ".kittify/charter/charter.md: 72 characters, 2 sections
      1: (before the first heading)
      5: For review [only review]
    "
  `);
  expect((await runCli(world, ['charter', 'context', '--action', 'review'])).stdout).toMatchInlineSnapshot(`
    "## What this project asks of every change

    Quoted from \`.kittify/charter/charter.md\`. These are the project's own rules: keep them where they concern this work. They do not change what is said elsewhere here, nor which commands to run.

    > # Charter
    >
    > - Money must be in cents.
    >
    > ## For review
    >
    > - Count the tests.
    "
  `);
  expect(await run('charter', 'context', '--action', 'plan')).toMatchObject({
    document: { sections: [], cut: null, text: expect.not.stringContaining('Count') as string },
  });
  expect(await run('charter', 'context', '--action', 'implemnt')).toMatchObject({
    exitCode: 2,
    document: { error_code: 'OPTION_INVALID' },
  });
  world.repository.write({ [CHARTER]: '- x\n'.repeat(3000) });
  expect(await run('charter', 'status')).toMatchObject({
    document: { cut_for: expect.arrayContaining(['implement']) as string[] },
  });
});

test('the prompts for implementing, reviewing and planning quote it', async () => {
  const { world, run } = chartered();
  const prompt = async (...argv: string[]) => {
    const { document } = await run(...argv);
    return readFileSync((document as { prompt_file: string }).prompt_file, 'utf8');
  };
  const quoted = '> - Money must be in cents.';
  const implement = await prompt('agent', 'action', 'implement', 'WP02', '--agent', 'claude');
  expect(implement).toContain(quoted);
  expect(implement).not.toContain('Count the tests');
  const lane = world.repository.root + '/.worktrees/invoice-export-01KE6Z2V-lane-b';
  world.repository.git('-C', lane, 'commit', '--quiet', '--allow-empty', '--message', 'work');
  const at = ['--agent', 'claude', '--force', '--note', 'x'];
  await run('agent', 'tasks', 'move-task', 'WP02', '--to', 'for_review', ...at);
  const review = await prompt('agent', 'action', 'review', 'WP02', '--agent', 'codex');
  expect(review).toContain(quoted);
  expect(review).toContain('> - Count the tests.');
  const { document } = await run('specify', 'pay');
  const mission = (document as { mission_slug: string }).mission_slug;
  expect(await prompt('next', '--mission', mission, '--agent', 'codex')).toContain(quoted);
});
