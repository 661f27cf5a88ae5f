import { counted } from '@spec-kitty/core/counted';
import { few } from '@spec-kitty/core/few';
import { Fault } from '@spec-kitty/core/fault';
import type { Integration, Offer, Proposal } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import { branchMoved } from '../checkout/branch-moved.ts';
import { commitTree } from '../checkout/commit-tree.ts';
import type { BranchMover } from '../checkout/move-branch.ts';
import { checkoutsOf } from '../checkout/move-checkout.ts';
import { updateRefs } from '../checkout/update-refs.ts';
import { mergeCommits } from '../trees/merge-trees.ts';
import { commitOf } from '../git/commit-of.ts';
import type { Git } from '../git/git.ts';

/** Where a merge is to be left, and what moves branches. */
export interface Publication {
  readonly mover: BranchMover;
  /** Of the move's record. */
  readonly name: string;
  readonly branch: string;
  /** Leaves a move alone that was interrupted. */
  readonly dryRun: boolean;
  /** What was left there last. */
  readonly last: Proposal | null;
  /** Ref that keeps what the branch had before. */
  readonly keptAs: string;
}

/** Plans what {@link publishMerge} does; makes a commit where one is needed, and moves nothing. */
export async function offerMerge(
  git: Git,
  integration: Integration,
  { mover, name, branch, last, keptAs, dryRun }: Publication,
): Promise<Offer> {
  if (!dryRun) await mover.settle(name);
  const from = (await commitOf(git, `refs/heads/${branch}`)) ?? null;
  const offered = last === null ? undefined : await commitOf(git, last.merged);
  const otherwise = last?.strategy !== integration.strategy;
  const to = await destinationOf(git, integration, { branch, from, offered, otherwise });
  const checkouts = await checkoutsOf(git, branch);
  if (from !== null && !(await git.ok(['merge-base', '--is-ancestor', from, to])))
    throw await changedBranch(git, { branch, from, checkouts, not: offered ? [to, offered] : [to] });
  const remote = await remoteOf(git);
  if (from === null || from === to) return { branch, from, to, checkouts: [], backup: null, remote };
  await mover.verify(await moveOf(git, { branch, from, to }));
  return { branch, from, to, checkouts, backup: keptAs, remote };
}

async function remoteOf(git: Git): Promise<string | null> {
  const remotes = await git.lines(['remote']);
  return remotes.includes('origin') ? 'origin' : (remotes[0] ?? null);
}

/** Leaves a merge on a branch as planned, checkouts of it included. */
export async function publishMerge(
  git: Git,
  { branch, from, to, backup }: Offer,
  { mover, name }: Pick<Publication, 'mover' | 'name'>,
): Promise<void> {
  if (from === to) return;
  if (from === null) {
    const created = await updateRefs(git, [{ ref: `refs/heads/${branch}`, value: to, expected: null }]);
    if (!created) throw branchMoved(branch, null);
    return;
  }
  const move = await moveOf(git, { branch, from, to });
  await mover.run(name, { ...move, keeps: backup === null ? {} : { [backup]: from } });
  await mover.forget(name);
}

async function moveOf(git: Git, { branch, from, to }: { branch: string; from: string; to: string }) {
  const changed = await git.records(['diff', '--name-only', '--no-renames', '-z', from, to]);
  return { branch, before: from, after: to, changed, indexOnly: [] };
}

/** What is there already. */
interface Standing {
  readonly branch: string;
  readonly from: string | null;
  /** The last proposal, if it is still among the objects. */
  readonly offered: string | undefined;
  /** Whether that was by another strategy. */
  readonly otherwise: boolean;
}

/**
 * The commit that the branch gets: the one that it has, if that is the same work; else the merge itself; on a branch
 * that has been offered before, a commit with the merge's files on top of that, so that it can be pushed.
 */
async function destinationOf(
  git: Git,
  integration: Integration,
  { branch, from, offered, otherwise }: Standing,
): Promise<string> {
  const { before, merged } = integration;
  const tree = await git.text(['rev-parse', `${merged}^{tree}`]);
  const had = from ?? offered;
  if (
    had !== undefined &&
    !(otherwise && had === offered) &&
    (await git.tryText(['rev-parse', `${had}^{tree}`])) === tree &&
    (await git.ok(['merge-base', '--is-ancestor', before, had]))
  )
    return had;
  if (from === null || offered === undefined) return merged;
  if (!(await git.ok(['merge-base', '--is-ancestor', from, offered]))) return merged;
  return onTop(git, integration, { offered, tree, branch });
}

/** A commit with the merge's files that goes on from what was offered. */
async function onTop(
  git: Git,
  { target, before, merged, strategy }: Integration,
  { offered, tree, branch }: { readonly offered: string; readonly tree: string; readonly branch: string },
): Promise<string> {
  const message = `${await git.text(['log', '-1', '--format=%B', merged])}\n`;
  // What a merge of two lines holds besides them is in no patch, so that nobody could tell whether it has landed: the
  // target is merged by Git alone, and what is new comes in a commit of its own.
  const base = strategy === 'squash' ? await broughtUp(git, { offered, before, target, branch }) : undefined;
  if (base === undefined) return commitTree(git, { tree, parents: [offered, merged], message });
  const same = (await git.text(['rev-parse', `${base}^{tree}`])) === tree;
  return same ? base : commitTree(git, { tree, parents: [base], message });
}

/** What was offered with the target as it is now; `undefined` where the two conflict. */
async function broughtUp(
  git: Git,
  { offered, before, target, branch }: { offered: string; before: string; target: string; branch: string },
): Promise<string | undefined> {
  if (await git.ok(['merge-base', '--is-ancestor', before, offered])) return offered;
  const { tree, conflicts } = await mergeCommits(git, offered, before);
  if (conflicts.length > 0) return undefined;
  return commitTree(git, { tree, parents: [offered, before], message: `Merge ${target} into ${branch}\n` });
}

/** Commits that are in neither the last proposal nor the next: nobody but their author may move the branch off them. */
async function changedBranch(
  git: Git,
  found: { branch: string; from: string; checkouts: readonly string[]; not: readonly string[] },
): Promise<Fault> {
  const { branch, from, checkouts, not } = found;
  const lines = await git.lines(['log', '--format=%h %s', from, ...not.map((commit) => `^${commit}`)]);
  const where = checkouts.length > 0 ? `; it is checked out in ${checkouts.join(', ')}` : '';
  return new Fault(
    'refused',
    'MISSION_BRANCH_CHANGED',
    `${branch} has ${counted(lines.length, 'commit')} that no merge of ours left there (${few(lines)})${where}; nothing was moved.`,
    {
      hints: [
        'What belongs to the mission is made on a lane and reviewed there.',
        `Give the branch another name with \`git branch -m ${shellWord(branch)} ${shellWord(`${branch}-own`)}\`, then run the command again.`,
      ],
      details: { branch, commit: from, commits: lines, checkouts },
    },
  );
}
