import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from './product-texts.ts';
import { unquotedValues } from './unquoted-values.ts';

test('what is put into a command that somebody may copy is one word for the shell', () => {
  // A failure of Git is told in a sentence that begins with its name.
  const files = sourceFiles().filter((file) => /^packages\/\w+\/src\/(?!git\/git-failure)/.test(file));
  expect(files.flatMap((file) => unquotedValues(file, readFileSync(path.join(ROOT, file), 'utf8')))).toEqual(
    [],
  );
});

test.each([
  ['`Run \\`spec-kitty next --mission ${handle}\\`.`', ['handle']],
  ['`Then:\n\ngit -C ${root} add -A`', ['root']],
  ['`Then run spec-kitty next --agent ${agent ?? name} --mission ${shellWord(handle)}`', ['agent ?? name']],
  ['`Run \\`git status\\` in ${root}: spec-kitty asks ${who}.`', []],
  ['`spec-kitty agent action implement ${wp.id}`', []],
])('%s', (source, values) => {
  expect(unquotedValues('x.ts', `say(${source});`)).toEqual(values.map((value) => `x.ts: ${value}`));
});
