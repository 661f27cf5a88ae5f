import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterEach, expect, test, vi } from 'vitest';
import { findRepository } from '../repository/repository.ts';
import { feedbackPath } from './feedback-path.ts';
import { writePrompt } from './write-prompt.ts';

afterEach(() => vi.unstubAllEnvs());

async function world() {
  const repository = tempRepository();
  vi.stubEnv('TMPDIR', repository.base);
  return { repository, found: await findRepository(repository.root) };
}

test('a prompt is a file in the Git directory, written anew for every attempt', async () => {
  const { repository, found } = await world();
  const file = writePrompt(found, 'pay-WP01-implement', 'Do it.\n');
  expect(file).toBe(path.join(repository.root, '.git/spec-kitty/prompts/pay-WP01-implement.md'));
  writePrompt(found, 'pay-WP01-implement', 'Do it again.\n');
  expect(readFileSync(file, 'utf8')).toBe('Do it again.\n');
  expect(repository.git('status', '--porcelain')).toBe('');
});

test('what drives a terminal or hides from a reader is made visible in a prompt; lines and tabs stay', async () => {
  const { found } = await world();
  const file = writePrompt(found, 'pay-WP01-implement', '# Pay\u001b[2J \u202eevil\u2069\u0000\r\n\tstep\n');
  expect(readFileSync(file, 'utf8')).toBe('# Pay\u{fffd}[2J \u{fffd}evil\u{fffd}\u{fffd}\n\tstep\n');
});

test('feedback goes to a folder of this user alone, another one for every repository', async () => {
  const { repository, found } = await world();
  const file = feedbackPath(found, 'pay-WP01.md');
  expect(path.dirname(path.dirname(path.dirname(file)))).toBe(repository.base);
  expect([existsSync(file), statSync(path.dirname(file)).mode & 0o077]).toEqual([false, 0]);
  expect(feedbackPath(found, 'pay-WP01.md')).toBe(file);
  expect(feedbackPath({ ...found, commonDir: '/elsewhere' }, 'pay-WP01.md')).not.toBe(file);
});

test('a folder that somebody planted is not used', async () => {
  const { repository, found } = await world();
  const folder = path.dirname(path.dirname(feedbackPath(found, 'x')));
  const unsafe = expect.objectContaining({
    code: 'UNSAFE_TEMPORARY_FOLDER',
    hints: [expect.stringContaining('TMPDIR')],
  });
  rmSync(folder, { recursive: true });
  mkdirSync(path.join(repository.base, 'planted'));
  symlinkSync(path.join(repository.base, 'planted'), folder);
  expect(() => feedbackPath(found, 'x')).toThrow(unsafe);
  rmSync(folder);
  writeFileSync(folder, '');
  expect(() => feedbackPath(found, 'x')).toThrow(unsafe);
});
