import { type Dirent, readdirSync } from 'node:fs';
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
  /^include\.path$/,
  /^includeif\..+\.path$/,
];

/** Keys that run a program only when the value begins with an exclamation mark. */
const EXECUTABLE_BY_MARK: readonly RegExp[] = [/^alias\./, /^submodule\..+\.update$/];

/** Whether a setting makes Git run a program of the repository's choice. An empty value switches one off. */
export function isExecutableSetting(key: string, value: string): boolean {
  if (value === '') return false;
  const patterns = value.startsWith('!') ? [...EXECUTABLE, ...EXECUTABLE_BY_MARK] : EXECUTABLE;
  return patterns.some((pattern) => pattern.test(key));
}

/** Reads `git config --list --show-scope -z` and picks what needs trust. */
function executableSettings(records: readonly string[]): readonly ExecutableSetting[] {
  const found: ExecutableSetting[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const scope = records[at];
    const { key, value } = parseEntry(records[at + 1] ?? '');
    if ((scope === 'local' || scope === 'worktree') && isExecutableSetting(key, value))
      found.push({ key, value, scope });
  }
  return found;
}

/**
 * Lists the settings of a repository that must be trusted before Git may work in it.
 *
 * Ask for every directory that Git will be called in: a worktree can have settings of its own, and
 * conditional includes can differ.
 */
export async function executableConfig(git: Git, commonDir: string): Promise<readonly ExecutableSetting[]> {
  const own = executableSettings(await git.records(['config', '--list', '--show-scope', '-z']));
  const below: ExecutableSetting[] = [];
  for (const file of submoduleConfigs(path.join(commonDir, 'modules'))) {
    for (const entry of await git.records(['config', '--file', file, '--list', '--includes', '-z'])) {
      const { key, value } = parseEntry(entry);
      if (isExecutableSetting(key, value)) below.push({ key, value, scope: 'submodule' });
    }
  }
  return [...own, ...below];
}

/** The key ends at the first newline; a key without one has no value, which means true. */
function parseEntry(entry: string): { readonly key: string; readonly value: string } {
  const end = entry.indexOf('\n');
  return end === -1 ? { key: entry, value: '' } : { key: entry.slice(0, end), value: entry.slice(end + 1) };
}

/** Clones of submodules lie in folders named after them, which may contain slashes, and have clones of their own. */
function submoduleConfigs(folder: string): readonly string[] {
  const entries = listed(folder);
  if (entries.some((entry) => entry.name === 'HEAD')) {
    return [
      ...['config', 'config.worktree']
        .filter((name) => entries.some((entry) => entry.name === name))
        .map((name) => path.join(folder, name)),
      ...submoduleConfigs(path.join(folder, 'modules')),
    ];
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => submoduleConfigs(path.join(folder, entry.name)));
}

function listed(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
