import type { Fault } from '@spec-kitty/core/fault';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { verifyCheckout } from './move-checkout.ts';

/** What a move that puts a file at `made` says of what it has in its way. */
async function refusal(files: Readonly<Record<string, string>>, repository = tempRepository()) {
  const before = repository.commit('Old', { '.gitignore': '*.ignored\n' });
  const after = repository.commit('New', { made: 'made\n' });
  repository.git('reset', '--quiet', '--hard', before);
  repository.write(files);
  const move = { before, after, changed: ['made'] };
  return verifyCheckout(new Git(repository.root, repository.env), move).then(
    () => expect.unreachable('nothing is in its way'),
    (error: unknown) => error as Fault,
  );
}

test('an ignored file in a folder where a file must be is named, and the hint shows it', async () => {
  const repository = tempRepository();
  const { details, hints } = await refusal({ 'made/in/a.ignored': 'mine' }, repository);
  expect(details).toMatchObject({ paths: ['made/in/a.ignored'] });
  const [, words = ''] = /`git ([^`]+)`/.exec(hints[0] ?? '') ?? [];
  expect(repository.git(...words.split(' '))).toContain('made/in/a.ignored');
});

test('a folder of many files where a file must be is named itself', async () => {
  const files = Array.from({ length: 11 }, (_, at) => [`made/${at}`, 'mine']);
  expect((await refusal(Object.fromEntries(files))).details).toMatchObject({ paths: ['made'] });
});

test.each(['assume-unchanged', 'skip-worktree'])(
  'of a change that Git was told to overlook by %s, the hint makes Git show it',
  async (mark) => {
    const repository = tempRepository();
    const before = repository.commit('Old', { 'a.txt': 'old\n' });
    const after = repository.commit('New', { 'a.txt': 'new\n' });
    repository.git('reset', '--quiet', '--hard', before);
    repository.git('update-index', `--${mark}`, 'a.txt');
    repository.write({ 'a.txt': 'mine\n' });
    expect(repository.git('status', '--porcelain')).toBe('');

    const move = { before, after, changed: ['a.txt'] };
    const refused = await verifyCheckout(new Git(repository.root, repository.env), move).catch(
      (error: unknown) => error as Fault,
    );
    expect(refused).toMatchObject({ code: 'CHECKOUT_WOULD_LOSE_CHANGES', details: { paths: ['a.txt'] } });
    const [, words = ''] = /`git ([^`]+)`/.exec(refused?.hints[0] ?? '') ?? [];
    repository.git(...words.split(' '));
    expect(repository.git('status', '--porcelain').trim()).toBe('M a.txt');
  },
);
