import path from 'node:path';

/**
 * Settings given to every call, because the repository's or the user's would run something or change the output.
 *
 * What is not here stays the user's: identity, signing, line endings, LFS, credentials, transport.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'core.editor': ':',
  'sequence.editor': ':',
  'protocol.ext.allow': 'never',

  'core.quotePath': 'false',
  'color.ui': 'false',
  'column.ui': 'never',
  'advice.detachedHead': 'false',
  'diff.noprefix': 'false',
  'diff.mnemonicPrefix': 'false',
  'diff.relative': 'false',
  'i18n.commitEncoding': 'UTF-8',
  'i18n.logOutputEncoding': 'UTF-8',
  // Both would start a signature check, and so a program that the repository may have named.
  'log.showSignature': 'false',
  'merge.verifySignatures': 'false',
  'merge.stat': 'false',

  // The age of a backup is in its reflog, which Git writes for branches alone unless told to.
  'core.logAllRefUpdates': 'always',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  // `update-index --index-info` puts a path beside the folder that stands for it in a sparse index: then it is there twice.
  'index.sparse': 'false',
  'merge.autoStash': 'false',
  'rebase.autoStash': 'false',
  // A remembered resolution is one that nobody has reviewed here.
  'rerere.enabled': 'false',
};

/** Hooks of local commands; since 2.55 they can also be defined by settings, where `core.hooksPath` does not reach them. */
const HOOKS =
  `applypatch-msg pre-applypatch post-applypatch pre-commit prepare-commit-msg commit-msg post-commit
  pre-merge-commit post-merge post-checkout post-rewrite pre-rebase pre-push pre-auto-gc post-index-change
  reference-transaction`.split(/\s+/);

const ALWAYS: readonly string[] = [
  '--no-pager',
  ...Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ...HOOKS.flatMap((event) => ['-c', `hook.${event}.enabled=false`]),
];

/** Commands that may start a diff program named by the repository unless told not to. */
const DIFFING = new Set([
  'blame',
  'diff',
  'diff-files',
  'diff-index',
  'diff-tree',
  'format-patch',
  'log',
  'show',
  'whatchanged',
]);

/**
 * Commands that know of repositories inside a checkout. Some start another Git in each, under the settings of that repository; all
 * pass over its commits where `.gitmodules` says to ignore it.
 */
const LOOKING_INSIDE = new Set([...DIFFING].filter((command) => command !== 'blame'));

/** Arguments of `git` for a command, with everything that would run or disturb something switched off. */
export function neutralArguments(args: readonly string[], platform: NodeJS.Platform): readonly string[] {
  const at = commandIndex(args);
  return [
    ...ALWAYS,
    // Nothing can lie below a device, so there is no hook to find.
    '-c',
    `core.hooksPath=${platform === 'win32' ? 'NUL' : '/dev/null'}`,
    ...args.slice(0, at + 1),
    ...(DIFFING.has(args[at] ?? '') ? ['--no-ext-diff', '--no-textconv'] : []),
    // Its commit still counts, which is read without another Git.
    ...(LOOKING_INSIDE.has(args[at] ?? '') ? ['--ignore-submodules=dirty'] : []),
    ...args.slice(at + 1),
  ];
}

/** Position of the command itself, behind options of `git` such as `-c key=value`. */
export function commandIndex(args: readonly string[]): number {
  let at = 0;
  while (args[at]?.startsWith('-')) at += args[at] === '-c' || args[at] === '-C' ? 2 : 1;
  return at;
}

/**
 * Variables of Git that are passed on; all others are dropped, also those that do not exist yet.
 *
 * Dropped so: where the repository lies (`GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE`, as set inside a
 * hook), settings by variable (`GIT_CONFIG_COUNT`, `GIT_CONFIG_PARAMETERS`), programs
 * (`GIT_EXTERNAL_DIFF`, `GIT_PAGER`, `GIT_EDITOR`), traces, pathspec modes.
 */
const KEPT = [
  /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)$/,
  /^GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$/,
  /^GIT_ATTR_NOSYSTEM$/,
  // Credentials and transport.
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|PROXY_COMMAND|PROXY_SSL_.*|SSL_.*|HTTP_.*)$/,
  /^GIT_LFS_/,
  // An installation that is not where it was built for.
  /^GIT_(EXEC_PATH|TEMPLATE_DIR)$/,
  // Where to stop looking for a repository.
  /^GIT_(CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/,
];

const SET: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Reading must not rewrite the index; what has to lock for writing does so regardless.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ADVICE: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GIT_MERGE_AUTOEDIT: 'no',
  // A partial clone would fetch what it lacks in the middle of a read; versions without the first variable are held
  // back by the second, which also overrides every `protocol.*` setting.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'file',
  // What is judged and merged is what a commit has, and what everybody else gets of it: `git replace` is for one clone alone.
  GIT_NO_REPLACE_OBJECTS: '1',
};

/**
 * The environment of every call. An entry of `PATH` that is relative or empty leads into the repository, which may have a
 * `git` of its own; what a colon separates on Windows is no list, and programs are looked up there by `findExecutable`.
 */
export function gitEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(env).filter(([name]) => {
    // Windows ignores the case of names.
    const upper = name.toUpperCase();
    return !(upper in SET) && (!upper.startsWith('GIT_') || KEPT.some((pattern) => pattern.test(upper)));
  });
  const found =
    path.delimiter === ':' && env['PATH'] !== undefined ? { PATH: absolutePaths(env['PATH']) } : {};
  return { ...Object.fromEntries(kept), ...found, ...SET };
}

function absolutePaths(list: string): string {
  return list
    .split(':')
    .filter((folder) => path.isAbsolute(folder))
    .join(':');
}
