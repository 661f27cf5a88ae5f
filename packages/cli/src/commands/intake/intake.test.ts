import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

const BRIEF = '.kittify/mission-brief.md';

function started() {
  const world = cliWorld();
  world.repository.commit('first', { 'notes/in--voices.md': '# Invoices\n\nThey come too late.\n' });
  return { world, run: (...argv: string[]) => runJson(world, ['intake', ...argv]) };
}

test('a brief is kept once, with where it came from, and replaced only on request', async () => {
  const { world, run } = started();
  expect(await run('--show')).toMatchObject({ exitCode: 1, document: { error_code: 'BRIEF_MISSING' } });
  expect(await run('notes/in--voices.md')).toMatchObject({
    exitCode: 0,
    document: { brief_file: BRIEF, source_file: 'notes/in--voices.md', replaced: false, committed: false },
  });
  expect(world.repository.read(BRIEF)).toMatchInlineSnapshot(`
    "<!-- spec-kitty intake: from "notes/in-\\u002dvoices.md" at 2026-01-05T12:02:00.000000+00:00 -->
    <!-- brief_hash: bf2e45ae19212ee23a74756aa2d2690bf9aa21b052cf302ff56fd3992ad69dfa -->

    # Invoices

    They come too late.
    "
  `);
  expect(world.repository.read('.kittify/brief-source.yaml')).toMatchInlineSnapshot(`
    "brief_hash: "bf2e45ae19212ee23a74756aa2d2690bf9aa21b052cf302ff56fd3992ad69dfa"
    ingested_at: "2026-01-05T12:02:00.000000+00:00"
    source_file: "notes/in--voices.md"
    "
  `);
  const before = world.repository.read(BRIEF);
  expect(await run('notes/in--voices.md')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'BRIEF_EXISTS' },
  });
  expect(world.repository.read(BRIEF)).toBe(before);
  expect(await run('notes/in--voices.md', '--force')).toMatchObject({ document: { replaced: true } });
  expect((await runCli(world, ['intake', '--show'])).stdout).toBe(world.repository.read(BRIEF));
});

test('what is outside is named without its place, and what is no brief is refused', async () => {
  const { world, run } = started();
  world.repository.write({ 'empty.md': ' \n', 'binary.md': 'a\0b' });
  expect(await run('empty.md')).toMatchObject({ document: { error_code: 'BRIEF_EMPTY' } });
  expect(await run('binary.md')).toMatchObject({ document: { error_code: 'BRIEF_UNFIT' } });
  expect(await run('none.md')).toMatchObject({ document: { error_code: 'FILE_NOT_FOUND' } });
  expect(await run()).toMatchObject({ exitCode: 2, document: { error_code: 'USAGE_ERROR' } });
  expect(world.repository.git('status', '--porcelain', '--', '.kittify')).toBe('');
  expect(await run(import.meta.filename)).toMatchObject({ document: { source_file: 'intake.test.ts' } });
});

test('the first mission takes the brief up; later ones are not told of it, and its words stay', async () => {
  const { world, run } = started();
  await run('notes/in--voices.md');
  const before = world.repository.read(BRIEF);
  expect((await runCli(world, ['specify', 'one'])).stdout).toContain(`Write it from ${BRIEF}.`);
  const { document } = await run('--show');
  const { taken_by: taker } = document as { taken_by: string };
  expect(taker).toMatch(/^one-/);
  const mark = `<!-- spec-kitty: taken up by ${taker} -->\n`;
  expect(world.repository.read(BRIEF).replace(mark, '')).toBe(before);
  expect((await runCli(world, ['specify', 'two'])).stdout).not.toContain(BRIEF);
  expect(await run('notes/in--voices.md')).toMatchObject({
    document: { error_code: 'BRIEF_EXISTS', error: expect.stringContaining(taker), taken_by: taker },
  });
  await run('notes/in--voices.md', '--force');
  expect((await runJson(world, ['specify', 'three'])).document).toMatchObject({ brief_file: BRIEF });

  world.repository.write({ [BRIEF]: 'By hand.\n' });
  const { document: by } = await runJson(world, ['specify', 'four']);
  const { mission_slug: four } = by as { mission_slug: string };
  expect(world.repository.read(BRIEF)).toBe(`<!-- spec-kitty: taken up by ${four} -->\n\nBy hand.\n`);
  expect((await runJson(world, ['specify', 'five'])).document).toMatchObject({ brief_file: null });
});

test('specify names the brief in what it prints and in the form that is filled in', async () => {
  const { world, run } = started();
  expect((await runJson(world, ['specify', 'one'])).document).toMatchObject({ brief_file: null });
  await run('notes/in--voices.md');
  const { document } = await runJson(world, ['specify', 'two']);
  const { brief_file: file, spec_file: spec } = document as { brief_file: string; spec_file: string };
  expect(file).toBe(BRIEF);
  expect(world.repository.read(spec)).toContain(`\n[What \`${BRIEF}\` asks for, in your words]\n`);
});
