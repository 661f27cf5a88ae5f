import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { updateRefs } from '../checkout/update-refs.ts';
import type { Git } from '../git/git.ts';

/** Repositories inside a worktree, whose commits are not this one's. */
const NOT_OURS = new Set(['modules', 'index']);

/** Commits of the past are not in files larger than this. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Gives a backup ref to every commit that a worktree alone leads to: by its reflog, by a merge or rebase under way, or
 * by refs of its own.
 *
 * @param admin the folder that Git keeps for the worktree.
 * @param name mission and lane, which the backups' names begin with.
 */
export async function keepWorktreeCommits(git: Git, admin: string, name: string): Promise<void> {
  // The files say what no reflog does, and the reflog what a repository with tables of refs has in no text.
  await keepUnreachable(git, name, [...idsBelow(admin), ...(await reflog(git, 'HEAD', admin))]);
}

/** The same for the commits that a branch once was at, before its reflog goes with it. */
export async function keepBranchCommits(git: Git, branch: string, name: string): Promise<void> {
  await keepUnreachable(git, name, await reflog(git, `refs/heads/${branch}`));
}

async function keepUnreachable(git: Git, name: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const stdin = `${[...new Set(ids)].join('\n')}\n`;
  const known = await git.lines(['cat-file', '--batch-check=%(objecttype) %(objectname)'], { stdin });
  const commits = known.flatMap((line) => /^commit (\S+)$/.exec(line)?.[1] ?? []);
  if (commits.length === 0) return;
  const lost = await git.lines(
    ['rev-list', '--parents', '--stdin', '--not', '--branches', '--tags', '--glob=refs/spec-kitty/*'],
    { stdin: `${commits.join('\n')}\n` },
  );
  const parents = new Set(lost.flatMap((line) => line.split(' ').slice(1)));
  const tips = lost.map((line) => line.split(' ')[0] ?? '').filter((commit) => !parents.has(commit));
  if (tips.length === 0) return;
  await updateRefs(
    git,
    tips.map((tip) => ({ ref: `${BACKUPS}${name}-${tip.slice(0, 12)}`, value: tip })),
  );
}

async function reflog(git: Git, ref: string, gitDir?: string): Promise<readonly string[]> {
  const at = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  // There may be no reflog, and no ref.
  const { exitCode, stdout } = await git.attempt([...at, 'log', '--walk-reflogs', '--format=%H', ref, '--']);
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

function idsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((found) => {
    const at = path.join(folder, found.name);
    if (NOT_OURS.has(found.name)) return [];
    if (found.isDirectory()) return idsBelow(at);
    if (!found.isFile() || lstatSync(at).size > MOST_BYTES) return [];
    return readFileSync(at, 'latin1').match(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g) ?? [];
  });
}
