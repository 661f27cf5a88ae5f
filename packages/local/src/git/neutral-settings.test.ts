import { expect, test } from 'vitest';
import { commandIndex, gitEnvironment, neutralArguments } from './neutral-settings.ts';

// By hand, so that a change of the patterns has to be meant.
const KEPT =
  `GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
  GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM GIT_ATTR_NOSYSTEM GIT_ASKPASS GIT_SSH GIT_SSH_COMMAND
  GIT_SSH_VARIANT GIT_PROXY_COMMAND GIT_SSL_CAINFO GIT_SSL_NO_VERIFY GIT_HTTP_USER_AGENT
  GIT_LFS_SKIP_SMUDGE GIT_EXEC_PATH GIT_TEMPLATE_DIR GIT_CEILING_DIRECTORIES GIT_DISCOVERY_ACROSS_FILESYSTEM
  HOME XDG_CONFIG_HOME SSH_AUTH_SOCK SSH_ASKPASS GPG_TTY GNUPGHOME http_proxy`.split(/\s+/);
const DROPPED =
  `GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR
  GIT_NAMESPACE GIT_PREFIX GIT_SHALLOW_FILE GIT_REPLACE_REF_BASE GIT_QUARANTINE_PATH GIT_REFLOG_ACTION
  GIT_EXTERNAL_DIFF GIT_DIFF_OPTS GIT_CONFIG GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_PARAMETERS
  GIT_TRACE GIT_TRACE2_EVENT GIT_CURL_VERBOSE GIT_LITERAL_PATHSPECS GIT_ICASE_PATHSPECS GIT_ATTR_SOURCE
  GIT_REDIRECT_STDOUT GIT_NOT_INVENTED_YET git_dir`.split(/\s+/);

test('keeps who the user is and how they connect, and drops everything else of Git', () => {
  const given = Object.fromEntries([...KEPT, ...DROPPED].map((name) => [name, `value of ${name}`]));
  const result = gitEnvironment(given);
  for (const name of KEPT) expect(result[name], name).toBe(`value of ${name}`);
  for (const name of DROPPED) expect(result, name).not.toHaveProperty(name);
});

test.skipIf(process.platform === 'win32')(
  'looks for programs along absolute entries of PATH alone [its own search does that on Windows]',
  () => {
    const found = gitEnvironment({ PATH: '.:/usr/bin::node_modules/.bin:/opt/a b:' });
    expect(found['PATH']).toBe('/usr/bin:/opt/a b');
  },
);

test('overrides what would ask, page, edit, translate, lock or use the network', () => {
  const given = {
    LC_ALL: 'de_DE.UTF-8',
    GIT_EDITOR: 'vi',
    git_pager: 'less',
    GIT_TERMINAL_PROMPT: '1',
    GIT_OPTIONAL_LOCKS: '1',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_NO_LAZY_FETCH: '0',
  };
  expect(gitEnvironment(given)).toEqual({
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ADVICE: '0',
    GIT_PAGER: 'cat',
    GIT_EDITOR: ':',
    GIT_SEQUENCE_EDITOR: ':',
    GIT_MERGE_AUTOEDIT: 'no',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'file',
    GIT_NO_REPLACE_OBJECTS: '1',
  });
});

test('finds the command behind options of Git', () => {
  expect(
    ['status', '-c x=y status', '-C dir --bare -c a=b diff', ''].map((line) => commandIndex(line.split(' '))),
  ).toEqual([0, 2, 5, 0]);
});

test('commands that can start a diff program are told not to, right behind their name', () => {
  const tail = (args: string[]) => neutralArguments(args, 'linux').slice(-4);
  expect(tail(['diff', 'HEAD'])).toEqual([
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=dirty',
    'HEAD',
  ]);
  expect(tail(['blame', 'x'])).toEqual(['blame', '--no-ext-diff', '--no-textconv', 'x']);
  expect(tail(['diff-tree', 'HEAD'])).toContain('--ignore-submodules=dirty');
  expect(neutralArguments(['status', 'diff'], 'linux')).not.toContain('--no-ext-diff');
});

test('hooks are looked for where no file can be', () => {
  expect(neutralArguments(['status'], 'linux')).toContain('core.hooksPath=/dev/null');
  expect(neutralArguments(['status'], 'win32')).toContain('core.hooksPath=NUL');
});
