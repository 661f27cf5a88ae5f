import { existsSync, lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { TrashEntry, TrashRecord } from '@spec-kitty/core/recovery/recoverable';
import { shellWord } from '@spec-kitty/core/shell-word';
import { updateRefs } from '../checkout/update-refs.ts';
import { readText } from '../files/plain-file.ts';
import { makeFolder, syncFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';
import { listWorktrees } from '../git/list-worktrees.ts';
import type { Repository } from '../repository/repository.ts';
import { lanePath } from '../repository/worktrees-folder.ts';
import { ADMIN, type Trash, TREE } from './trash.ts';
import { writeRecord } from './trash-record.ts';

/** What restoring works with. */
export interface RestorePorts {
  readonly repository: Repository;
  readonly git: Git;
  readonly trash: Trash;
}

/** Where a worktree is again, and whether its branch had to be made anew. */
export interface RestoredWorktree {
  readonly path: string;
  readonly branch: string | null;
  readonly branchMade: boolean;
}

/**
 * Puts a worktree back where it was, with its index, its reflog and everything that was in it.
 *
 * Order: branch, what Git keeps for the worktree, the folder. Broken off before the end, the next command takes the second
 * back into the trash, and restoring can begin again.
 *
 * @throws Fault `TRASH_INCOMPLETE`, `RESTORE_PLACE_TAKEN` or `RESTORE_BRANCH_TAKEN`; nothing is changed then.
 */
export async function restoreWorktree(ports: RestorePorts, entry: TrashEntry): Promise<RestoredWorktree> {
  return ports.trash.locked('restore a worktree', async () => {
    const { record } = entry;
    if (record === undefined || !entry.complete || !existsSync(path.join(entry.path, TREE)))
      throw incomplete(entry, 'it lacks what Git needs to know it as a worktree');
    const root = lanePath(ports.repository.primary, record.folder);
    if (lstatSync(root, { throwIfNoEntry: false })) throw placeTaken(entry, root);
    const branchMade = await requireBranch(ports, entry, record);
    if (record.admin !== null) giveBackAdmin(ports, entry, { ...record, admin: record.admin });
    ports.trash.rename(path.join(entry.path, TREE), root);
    syncFolder(path.dirname(root));
    rmSync(entry.path, { recursive: true });
    return { path: root, branch: record.branch, branchMade };
  });
}

/** Makes the branch where it is gone; `false` where it is as it was. */
async function requireBranch(
  { git }: RestorePorts,
  entry: TrashEntry,
  { branch, commit }: TrashRecord,
): Promise<boolean> {
  if (branch === null || commit === null) return false;
  const ref = `refs/heads/${branch}`;
  const user = (await listWorktrees(git)).find((tree) => tree.branch === ref);
  if (user) throw branchTaken(entry, branch, `is checked out in ${user.root}`);
  const tip = await commitOf(git, ref);
  if (tip === commit) return false;
  if (tip !== undefined) throw branchTaken(entry, branch, `is at ${tip} now, and was at ${commit}`);
  if ((await commitOf(git, commit)) === undefined)
    throw incomplete(entry, `its commit is not in this repository any more: ${commit}`);
  if (await updateRefs(git, [{ ref, value: commit, expected: null }])) return true;
  throw branchTaken(entry, branch, 'was made by somebody else in this moment');
}

/** Gives back what Git keeps for the worktree, under another name where its own has been given to another meanwhile. */
function giveBackAdmin(
  { repository, trash }: RestorePorts,
  entry: TrashEntry,
  record: TrashRecord & { readonly admin: string },
): void {
  const folder = path.join(repository.commonDir, 'worktrees');
  const root = lanePath(repository.primary, record.folder);
  let name = record.admin;
  for (let nth = 1; existsSync(path.join(folder, name)); nth++) name = `${record.admin}${nth}`;
  if (name !== record.admin) writeRecord(entry.path, { ...record, admin: name });
  const admin = path.join(folder, name);
  // Also where the whole repository has moved meanwhile; both may be relative to where they lie.
  point(path.join(entry.path, TREE, '.git'), { prefix: 'gitdir: ', from: root, to: admin });
  point(path.join(entry.path, ADMIN, 'gitdir'), { prefix: '', from: admin, to: path.join(root, '.git') });
  makeFolder(folder);
  trash.move(path.join(entry.path, ADMIN), admin);
}

function point(
  file: string,
  { prefix, from, to }: { readonly prefix: string; readonly from: string; readonly to: string },
): void {
  const named = readText(file)?.trim().slice(prefix.length) ?? '';
  if (path.resolve(from, named) !== to) writeAtomically(file, `${prefix}${to}\n`);
}

function incomplete({ id, path: folder }: TrashEntry, reason: string): Fault {
  return new Fault('refused', 'TRASH_INCOMPLETE', `${id} cannot be put back: ${reason}.`, {
    hints: [`Its files are in ${shellWord(path.join(folder, TREE))}: copy from there what you need.`],
    details: { id, path: folder },
  });
}

function placeTaken({ id }: TrashEntry, root: string): Fault {
  return new Fault('refused', 'RESTORE_PLACE_TAKEN', `There is something in the place of ${id}: ${root}`, {
    hints: ['Move it away, then run the command again.'],
    details: { id, workspace_path: root },
  });
}

function branchTaken({ id }: TrashEntry, branch: string, why: string): Fault {
  return new Fault('refused', 'RESTORE_BRANCH_TAKEN', `The branch of ${id}, ${branch}, ${why}.`, {
    hints: [
      'Free the name with `git branch -m` or another checkout, then run the command again.',
      'What was committed is under its backup, too: `spec-kitty recover list` shows it.',
    ],
    details: { id, branch },
  });
}
