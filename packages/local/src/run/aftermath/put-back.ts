import path from 'node:path';
import type { LeftWork } from '@spec-kitty/core/run/fence/left-work';
import type { CheckoutOwner } from '../../checkout/hold-index.ts';
import { updateRefs } from '../../checkout/update-refs.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import { Git } from '../../git/git.ts';
import { checkoutState } from '../../lanes/checkout-state.ts';
import { keepRef } from '../../recovery/keep-ref.ts';
import { uncommittedWork } from '../../recovery/uncommitted-work.ts';

/** What a reviewer is given to look at. */
export interface Given {
  readonly branch: string;
  readonly commit: string;
}

/** Where it lies, and where what is found there goes. */
export interface GivenPlace {
  readonly workspace: string;
  /** Folder of the attempt. */
  readonly folder: string;
  /** Ref that is to keep it. */
  readonly ref: string;
}

/** What a worktree is at; nothing for the primary checkout, where people work, and for one that has more than its commits. */
export async function givenIn(
  { repository, env }: CheckoutOwner,
  workspace: string,
): Promise<Given | undefined> {
  if (workspace === repository.primary) return undefined;
  const { branch, commit, dirty } = await checkoutState(new Git(workspace, env));
  return branch === null || commit === null || dirty.length > 0 ? undefined : { branch, commit };
}

/** Puts away what a reviewer has left, so that whoever comes next finds what was sent to review; nothing of it is lost. */
export async function putBack(
  owner: CheckoutOwner,
  { workspace, folder, ref }: GivenPlace,
  given: Given,
): Promise<LeftWork | undefined> {
  const git = new Git(workspace, owner.env);
  const { branch, commit, dirty } = await checkoutState(git);
  const lane = `refs/heads/${given.branch}`;
  const tip = (await git.tryText(['rev-parse', '--quiet', '--verify', lane])) ?? given.commit;
  const isAway = branch !== given.branch || tip !== given.commit;
  if (!isAway && dirty.length === 0) return undefined;
  const work = await uncommittedWork(owner, workspace, { of: 'a review', command: 'run' });
  await keepRef(git, ref, work);
  if (isAway && tip !== commit) await keepRef(git, `${ref}-lane`, tip);
  const range = ['--no-renames', given.commit, work];
  const { stdout } = await git.run(['diff', '--binary', '--full-index', ...range], { encoding: 'latin1' });
  const files = await git.records(['diff', '--name-only', '-z', ...range]);
  const patch = path.join(folder, 'left.patch');
  writeAtomically(patch, Buffer.from(stdout, 'latin1'));
  await git.run(['symbolic-ref', 'HEAD', lane]);
  if (tip !== given.commit) await updateRefs(git, [{ ref: lane, value: given.commit, expected: tip }]);
  await git.run(['reset', '--quiet', '--hard', given.commit]);
  await git.run(['clean', '--quiet', '--force', '-d']);
  return { files, given: given.commit, commit: commit ?? tip, patch, kept: ref };
}
