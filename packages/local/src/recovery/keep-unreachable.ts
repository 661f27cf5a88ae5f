import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { updateRefs } from '../checkout/update-refs.ts';
import { readText } from '../files/plain-file.ts';
import type { Git } from '../git/git.ts';

/** Repositories inside a worktree, whose commits are not this one's. */
const NOT_OURS = new Set(['modules', 'index']);

/** Commits of the past are not in files larger than this. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Something that goes, and the name of mission and lane which the backups of its commits begin with. */
interface Named {
  readonly name: string;
}

/**
 * Gives a backup ref to every commit that a worktree alone leads to: by its reflog, by a merge or rebase under way, or
 * by refs of its own.
 *
 * @param worktrees by the folder that Git keeps for each.
 */
export async function keepWorktreeCommits(
  git: Git,
  worktrees: readonly (Named & { readonly admin: string })[],
): Promise<void> {
  const groups = [];
  for (const { name, admin } of worktrees)
    groups.push({ name, ids: [...idsBelow(admin), ...(await reflog(git, 'HEAD', admin))] });
  await keepUnreachable(git, groups);
}

/** The same for the commits that branches once were at, before their reflogs go with them. */
export async function keepBranchCommits(
  git: Git,
  commonDir: string,
  branches: readonly (Named & { readonly branch: string })[],
): Promise<void> {
  const groups = [];
  for (const { name, branch } of branches)
    groups.push({ name, ids: await reflog(git, `refs/heads/${branch}`, commonDir) });
  await keepUnreachable(git, groups);
}

async function keepUnreachable(
  git: Git,
  groups: readonly (Named & { readonly ids: readonly string[] })[],
): Promise<void> {
  const ids = [...new Set(groups.flatMap((group) => group.ids))];
  const commits = (await objectsOf(git, ids)).flatMap((line) => /^commit (\S+)$/.exec(line)?.[1] ?? []);
  if (commits.length === 0) return;
  const lost = await git.lines(
    ['rev-list', '--parents', '--stdin', '--not', '--branches', '--tags', '--glob=refs/spec-kitty/*'],
    { stdin: `${commits.join('\n')}\n` },
  );
  const parents = new Set(lost.flatMap((line) => line.split(' ').slice(1)));
  const tips = new Set(lost.map((line) => line.split(' ')[0] ?? '').filter((commit) => !parents.has(commit)));
  if (tips.size === 0) return;
  // Each of them is one of the ids: what they only lead to is a parent.
  const changes = groups.flatMap(({ name, ids: its }) =>
    its.filter((id) => tips.has(id)).map((tip) => [`${BACKUPS}${name}-${tip.slice(0, 12)}`, tip] as const),
  );
  await updateRefs(
    git,
    [...new Map(changes)].map(([ref, value]) => ({ ref, value })),
  );
}

async function objectsOf(git: Git, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const stdin = `${ids.join('\n')}\n`;
  return git.lines(['cat-file', '--batch-check=%(objecttype) %(objectname)'], { stdin });
}

/** @param gitDir folder that has the reflog: a file of lines, unless the refs of the repository are in tables. */
async function reflog(git: Git, ref: string, gitDir: string): Promise<readonly string[]> {
  if (!existsSync(path.join(gitDir, 'reftable')))
    return idsIn(readText(path.join(gitDir, 'logs', ...ref.split('/'))) ?? '');
  // There may be no reflog, and no ref.
  const args = [`--git-dir=${gitDir}`, 'log', '--walk-reflogs', '--format=%H', ref, '--'];
  const { exitCode, stdout } = await git.attempt(args);
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

function idsIn(text: string): readonly string[] {
  return text.match(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g) ?? [];
}

function idsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((found) => {
    const at = path.join(folder, found.name);
    if (NOT_OURS.has(found.name)) return [];
    if (found.isDirectory()) return idsBelow(at);
    if (!found.isFile() || lstatSync(at).size > MOST_BYTES) return [];
    return idsIn(readFileSync(at, 'latin1'));
  });
}
