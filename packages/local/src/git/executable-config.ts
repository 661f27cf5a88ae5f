import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';
import type { Git } from './git.ts';

/** A setting that makes Git run a program, found where a repository and not its user may have put it. */
export interface ExecutableSetting {
  /** As Git normalises it: section and variable in lower case. */
  readonly key: string;
  readonly value: string;
  /** `submodule`: the local configuration of a submodule's clone. */
  readonly scope: 'local' | 'worktree' | 'submodule';
}

const INCLUDE = /^(include|includeif\..+)\.path$/;

/**
 * Keys that need the user's trust, out of all that name a program.
 *
 * Left out because {@link neutralArguments} overrides them in every call: `core.fsmonitor`,
 * `core.hooksPath`, `core.pager`, `pager.*`, `core.editor`, `sequence.editor`, `diff.external`,
 * `diff.*.command`, `diff.*.textconv`, `protocol.ext.allow`.
 * Left out because Git itself ignores them in a repository: `uploadpack.packObjectsHook`, `trace2.*`.
 * Left out because they belong to commands that are never called: `difftool`, `mergetool`, `guitool`,
 * `browser`, `man`, `sendemail`, `interactive.diffFilter`.
 */
const EXECUTABLE: readonly RegExp[] = [
  /^core\.(sshcommand|gitproxy|askpass|alternaterefscommand)$/,
  /^filter\..+\.(clean|smudge|process)$/,
  /^merge\..+\.driver$/,
  /^credential\.(.+\.)?helper$/,
  /^gpg\.(.+\.)?program$/,
  /^gpg\.ssh\.defaultkeycommand$/,
  /^remote\..+\.(uploadpack|receivepack|vcs)$/,
  /^hook\..+\.command$/,
  /^trailer\..+\.(command|cmd)$/,
  /^tar\..+\.command$/,
  /^gc\.recentobjectshook$/,
  /^lfs\.customtransfer\..+\.path$/,
  /^lfs\.extension\..+\.(clean|smudge)$/,
  // What a file outside the configuration says can change with the checked-out branch.
  INCLUDE,
];

/** Keys that run a program only when the value begins with an exclamation mark. */
const EXECUTABLE_BY_MARK: readonly RegExp[] = [/^alias\./, /^submodule\..+\.update$/];

/** Whether a setting makes Git run a program of the repository's choice. An empty value switches one off. */
export function isExecutableSetting(key: string, value: string): boolean {
  if (value === '') return false;
  const patterns = value.startsWith('!') ? [...EXECUTABLE, ...EXECUTABLE_BY_MARK] : EXECUTABLE;
  return patterns.some((pattern) => pattern.test(key));
}

/**
 * Lists the settings of a repository that must be trusted before Git may work in any of its worktrees.
 *
 * All its configuration files are read, and those they include, whether the condition of an include holds now or not:
 * it may hold in the next lane, or on another branch.
 */
export async function executableConfig(git: Git, commonDir: string): Promise<readonly ExecutableSetting[]> {
  const found: ExecutableSetting[] = [];
  for (const [scope, file] of configFiles(commonDir)) {
    for (const { key, value } of await entriesOf(git, file, new Set()))
      if (isExecutableSetting(key, value)) found.push({ key, value, scope });
  }
  return found;
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Entries of a file, each include followed by what it includes. */
async function entriesOf(git: Git, file: string, seen: Set<string>): Promise<readonly Entry[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const entries: Entry[] = [];
  for (const record of await git.records(['config', '--file', file, '--no-includes', '--list', '-z'])) {
    const entry = parseEntry(record);
    entries.push(entry);
    const included = INCLUDE.test(entry.key) ? includedFile(entry.value, file) : undefined;
    if (included !== undefined) entries.push(...(await entriesOf(git, included, seen)));
  }
  return entries;
}

/** A file below the home is the user's own. */
function includedFile(value: string, from: string): string | undefined {
  if (value === '' || value.startsWith('~')) return undefined;
  const file = path.resolve(path.dirname(from), value);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** The configuration files that Git reads in a repository and its worktrees. */
function configFiles(commonDir: string): readonly (readonly [ExecutableSetting['scope'], string])[] {
  const worktrees = listed(path.join(commonDir, 'worktrees')).map((name) =>
    path.join(commonDir, 'worktrees', name),
  );
  const seen = new Set<string>();
  const clones = [commonDir, ...worktrees].flatMap((folder) =>
    submoduleConfigs(path.join(folder, 'modules'), seen),
  );
  const files = [
    ['local', path.join(commonDir, 'config')] as const,
    ...[commonDir, ...worktrees].map((folder) => ['worktree', path.join(folder, 'config.worktree')] as const),
    ...clones.map((file) => ['submodule', file] as const),
  ];
  return files.filter(([, file]) => existsSync(file));
}

/** The key ends at the first newline; a key without one has no value, which means true. */
function parseEntry(entry: string): Entry {
  const end = entry.indexOf('\n');
  return end === -1 ? { key: entry, value: '' } : { key: entry.slice(0, end), value: entry.slice(end + 1) };
}

/** Clones of submodules lie in folders named after them, which may contain slashes, and have clones of their own. */
function submoduleConfigs(folder: string, seen: Set<string>): readonly string[] {
  return listed(folder)
    .map((name) => path.join(folder, name))
    .filter(isFolder)
    .flatMap((below) => configsBelow(below, seen));
}

/** A folder called like a file of Git may be a submodule's: only the file itself tells a clone. */
function configsBelow(folder: string, seen: Set<string>): readonly string[] {
  const real = realpathSync(folder);
  // Any of them may be a link, also to one above it.
  if (seen.has(real)) return [];
  seen.add(real);
  const names = listed(folder);
  const has = (name: string) => names.includes(name) && !isFolder(path.join(folder, name));
  if (!has('HEAD')) return submoduleConfigs(folder, seen);
  const configs = ['config', 'config.worktree'].filter(has).map((name) => path.join(folder, name));
  return [...configs, ...submoduleConfigs(path.join(folder, 'modules'), seen)];
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    // A link to nothing or to itself: Git finds no folder there, either.
    return false;
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
