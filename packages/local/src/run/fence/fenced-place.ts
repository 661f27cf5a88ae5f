import { existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { FencedPlace } from '@spec-kitty/core/run/fence/fence-steps';
import type { AttemptRole } from '@spec-kitty/core/run/run-record';
import { readText } from '../../files/plain-file.ts';
import { worktreeAdmin, worktreeRoots } from '../../git/worktree-admin.ts';
import type { Repository } from '../../repository/repository.ts';

/** An agent about to be started. */
export interface FencedAgent {
  readonly role: AttemptRole;
  readonly workspace: string;
  /** Folder of the attempt. */
  readonly folder: string;
  /** Where it keeps its login and settings: below `~/`, or in a folder that a variable names, as `$CODEX_HOME`. */
  readonly state: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Caches count as temporary: what is in them can be had again, and nobody's work is there. */
const CACHES = ['~/.cache', '~/.npm', '$XDG_CACHE_HOME', '$npm_config_cache'];

/**
 * Looks at the folders around an agent, and makes those that Git would make for its first commit.
 *
 * @throws as the file system does.
 */
export function fencedPlace(
  { primary, primaryGitDir, commonDir }: Repository,
  { role, workspace, folder, state, env }: FencedAgent,
): FencedPlace {
  const gitDir =
    workspace === primary ? primaryGitDir : (worktreeAdmin(commonDir, workspace) ?? primaryGitDir);
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(readText(path.join(gitDir, 'HEAD')) ?? '')?.[1];
  const isKnown = branch !== undefined && branch !== '.invalid';
  if (isKnown && role === 'implementer') makeRefFolders(commonDir, branch);
  return {
    role,
    worktree: workspace,
    primary,
    others: worktreeRoots(commonDir).filter((root) => root !== workspace && root !== primary),
    commonDir,
    gitDir,
    branch: isKnown ? branch : undefined,
    besideBranch: isKnown ? beside(path.join(commonDir, 'refs', 'heads', branch)) : [],
    attempt: {
      folder,
      kept: existsSync(folder) ? readdirSync(folder).filter((name) => name !== 'report.json') : [],
    },
    state: state.flatMap((one) => resolved(one, env)),
    temp: ['/tmp', '/var/tmp', '$TMPDIR', ...CACHES].flatMap((one) => resolved(one, env)),
  };
}

/** Absolute and behind all links; nothing for what is not there. */
function resolved(name: string, env: Readonly<Record<string, string>>): readonly string[] {
  const [first = '', ...rest] = name.split('/');
  const known = first.startsWith('$')
    ? env[first.slice(1)]
    : first === '~'
      ? (env['HOME'] ?? homedir())
      : '/';
  if (known === undefined || !path.isAbsolute(known)) return [];
  const file = path.join(known, ...rest);
  return existsSync(file) ? [realpathSync(file)] : [];
}

function beside(ref: string): readonly string[] {
  const folder = path.dirname(ref);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name !== path.basename(ref) && name !== `${path.basename(ref)}.lock`)
    .map((name) => path.join(folder, name));
}

/** Those of a branch that is packed are gone, and their parents are not the agent's to write. */
function makeRefFolders(commonDir: string, branch: string): void {
  if (existsSync(path.join(commonDir, 'reftable'))) return;
  mkdirSync(path.dirname(path.join(commonDir, 'refs', 'heads', branch)), { recursive: true });
  const log = path.join(commonDir, 'logs', 'refs', 'heads', branch);
  mkdirSync(path.dirname(log), { recursive: true });
  // Git goes on with one that is empty.
  writeFileSync(log, '', { flag: 'a' });
}
