import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, onTestFinished, test } from 'vitest';
import { gitIdentity } from './git-identity.ts';

function repository(): TempRepository {
  const made = new TempRepository();
  onTestFinished(() => made.dispose());
  return made;
}

test('whoever commits is named as Git would name them, wherever that is set', async () => {
  const made = repository();
  made.git('config', 'user.name', 'Ada L');
  expect(
    await gitIdentity(made.root, { ...made.env, GIT_COMMITTER_EMAIL: 'other@example.com' }),
  ).toMatchObject({
    GIT_AUTHOR_NAME: 'Ada L',
    GIT_COMMITTER_NAME: 'Ada L',
    GIT_COMMITTER_EMAIL: 'other@example.com',
  });
});

test('where Git would refuse to commit, nothing is made up', async () => {
  const { root, env } = repository();
  const nobody = { ...env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_COUNT: '1' };
  const settings = { GIT_CONFIG_KEY_0: 'user.useConfigOnly', GIT_CONFIG_VALUE_0: 'true' };
  expect(await gitIdentity(root, { ...nobody, ...settings })).toEqual({});
});
