import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { executableConfig, isExecutableSetting } from './executable-config.ts';
import { Git } from './git.ts';

test.each([
  ['core.sshcommand', 'x'],
  ['core.gitproxy', 'x'],
  ['core.askpass', 'x'],
  ['core.alternaterefscommand', 'x'],
  ['filter.Any.thing.clean', 'x'],
  ['filter.a.smudge', 'x'],
  ['filter.a.process', 'x'],
  ['merge.union.driver', 'x'],
  ['credential.helper', 'store'],
  ['credential.https://example.com.helper', 'x'],
  ['gpg.program', 'x'],
  ['gpg.ssh.program', 'x'],
  ['gpg.ssh.defaultkeycommand', 'x'],
  ['remote.origin.uploadpack', 'x'],
  ['remote.origin.receivepack', 'x'],
  ['remote.origin.vcs', 'x'],
  ['hook.lint.command', 'x'],
  ['trailer.a.cmd', 'x'],
  ['trailer.a.command', 'x'],
  ['tar.a.command', 'x'],
  ['gc.recentobjectshook', 'x'],
  ['lfs.customtransfer.a.path', 'x'],
  ['lfs.extension.a.clean', 'x'],
  ['include.path', '../x'],
  ['includeif.gitdir:x/.path', 'x'],
  ['alias.st', '!rm'],
  ['submodule.a/b.update', '!rm'],
])('%s=%s needs trust', (key, value) => {
  expect(isExecutableSetting(key, value)).toBe(true);
});

test.each([
  ['alias.st', 'status'],
  ['submodule.a.update', 'rebase'],
  ['credential.helper', ''],
  ['filter.a.required', 'true'],
  ['core.fsmonitor', 'x'],
  ['core.hookspath', 'x'],
  ['core.pager', 'x'],
  ['core.editor', 'x'],
  ['sequence.editor', 'x'],
  ['diff.external', 'x'],
  ['diff.a.command', 'x'],
  ['diff.a.textconv', 'x'],
  ['protocol.ext.allow', 'always'],
  ['extensions.worktreeconfig', 'true'],
  ['user.name', '!x'],
  ['remote.origin.url', 'x'],
  ['merge.a.name', 'x'],
])('%s=%s does not', (key, value) => {
  expect(isExecutableSetting(key, value)).toBe(false);
});

test('lists what the repository brings, and nothing that is the user’s', async () => {
  const repository = tempRepository();
  const commonDir = path.join(repository.root, '.git');
  const list = () => executableConfig(new Git(repository.root, repository.env), commonDir);
  repository.git('config', '--global', 'filter.lfs.clean', 'git-lfs clean -- %f');
  repository.git('config', '--global', 'credential.helper', 'store');
  expect(await list()).toEqual([]);

  repository.git('config', 'filter.Evil.clean', 'line one\nline two');
  repository.git('config', 'extensions.worktreeConfig', 'true');
  repository.git('config', '--worktree', 'core.sshCommand', 'evil');
  repository.write({ 'shared.gitconfig': '[merge "union"]\n\tdriver = evil\n[credential]\n\thelper\n' });
  repository.git('config', 'include.path', '../shared.gitconfig');
  expect(await list()).toEqual([
    { key: 'filter.Evil.clean', value: 'line one\nline two', scope: 'local' },
    { key: 'include.path', value: '../shared.gitconfig', scope: 'local' },
    { key: 'merge.union.driver', value: 'evil', scope: 'local' },
    { key: 'core.sshcommand', value: 'evil', scope: 'worktree' },
  ]);
});

test('looks into the clones of submodules, at any depth', async () => {
  const repository = tempRepository();
  const commonDir = path.join(repository.root, '.git');
  for (const [clone, key] of [
    ['group/one', 'a'],
    ['group/one/modules/two', 'b'],
  ] as const) {
    mkdirSync(path.join(commonDir, 'modules', clone), { recursive: true });
    writeFileSync(path.join(commonDir, 'modules', clone, 'HEAD'), '');
    writeFileSync(path.join(commonDir, 'modules', clone, 'config'), `[filter "${key}"]\n\tsmudge = evil\n`);
  }
  expect(await executableConfig(new Git(repository.root, repository.env), commonDir)).toEqual([
    { key: 'filter.a.smudge', value: 'evil', scope: 'submodule' },
    { key: 'filter.b.smudge', value: 'evil', scope: 'submodule' },
  ]);
});

test('follows links to clones, and none of them in circles', async () => {
  const { root, env } = tempRepository();
  const modules = path.join(root, '.git', 'modules');
  const clones = path.join(root, 'elsewhere');
  for (const clone of ['one', 'group/two']) {
    mkdirSync(path.join(clones, clone), { recursive: true });
    writeFileSync(path.join(clones, clone, 'HEAD'), '');
    writeFileSync(path.join(clones, clone, 'config'), `[filter "${clone}"]\n\tsmudge = evil\n`);
  }
  mkdirSync(modules);
  symlinkSync(path.join(clones, 'one'), path.join(modules, 'one'), 'junction');
  symlinkSync(path.join(clones, 'group'), path.join(modules, 'group'), 'junction');
  symlinkSync(modules, path.join(clones, 'group', 'back'), 'junction');
  symlinkSync('itself', path.join(modules, 'itself'));
  const keys = (await executableConfig(new Git(root, env), path.join(root, '.git'))).map(({ key }) => key);
  expect(keys.toSorted()).toEqual(['filter.group/two.smudge', 'filter.one.smudge']);
});

test('a submodule by the name of a file of Git hides no other', async () => {
  const repository = tempRepository();
  repository.write({
    '.git/modules/HEAD/HEAD': '',
    '.git/modules/HEAD/config': '[filter "a"]\n\tsmudge = evil\n',
    '.git/modules/other/HEAD': '',
    '.git/modules/other/config': '[filter "b"]\n\tsmudge = evil\n',
  });
  const git = new Git(repository.root, repository.env);
  const listed = await executableConfig(git, path.join(repository.root, '.git'));
  expect(listed.map(({ key }) => key)).toEqual(['filter.a.smudge', 'filter.b.smudge']);
});

test('looks into every worktree, and into what is included under a condition that does not hold yet', async () => {
  const repository = tempRepository();
  repository.commit('first');
  repository.git('worktree', 'add', '--quiet', '--detach', '../lane');
  const commonDir = path.join(repository.root, '.git');
  repository.git('config', 'extensions.worktreeConfig', 'true');
  repository.git('-C', '../lane', 'config', '--worktree', 'filter.a.clean', 'evil');
  repository.write({
    '.git/worktrees/lane/modules/x/HEAD': '',
    '.git/worktrees/lane/modules/x/config': '[filter "x"]\n\tsmudge = evil\n',
    'on-branch.gitconfig': '[core]\n\tsshCommand = evil\n[include]\n\tpath = deeper.gitconfig\n',
    'deeper.gitconfig': '[include]\n\tpath = on-branch.gitconfig\n[gpg]\n\tprogram = evil\n',
  });
  repository.git('config', 'includeIf.onbranch:kitty/**.path', '../on-branch.gitconfig');
  repository.git('config', '--add', 'include.path', '~/own.gitconfig');
  repository.git('config', '--add', 'include.path', 'absent');
  const listed = await executableConfig(new Git(repository.root, repository.env), commonDir);
  expect(listed.map(({ key, value, scope }) => `${scope} ${key} ${value}`)).toEqual([
    'local includeif.onbranch:kitty/**.path ../on-branch.gitconfig',
    'local core.sshcommand evil',
    'local include.path deeper.gitconfig',
    'local include.path on-branch.gitconfig',
    'local gpg.program evil',
    'local include.path ~/own.gitconfig',
    'local include.path absent',
    'worktree filter.a.clean evil',
    'submodule filter.x.smudge evil',
  ]);
});
