import { counted } from '@spec-kitty/core/counted';
import { few } from '@spec-kitty/core/few';
import type { RetiredLane, RetiredProposal } from '@spec-kitty/core/merge/merge-request';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { KeptPart } from '@spec-kitty/core/ports/lane-repository';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';

/** What stays of the lanes that a merge puts away: which worktree or branch, and why. */
export function keptSentences(
  retired: readonly RetiredLane[],
  { view, dryRun }: { readonly view: MissionView; readonly dryRun: boolean },
): readonly string[] {
  const target = targetBranch(view.mission.meta);
  return retired.flatMap(({ laneId, kept }) =>
    kept.map((part) => {
      const verb = dryRun ? 'Would keep' : 'Kept';
      return `${verb} the ${part.kind} of ${laneId}, ${reasonOf(part, target)}: ${part.name}`;
    }),
  );
}

/** What a merge that found nothing to merge has put away all the same. */
export function removedSentences(
  retired: readonly RetiredLane[],
  { dryRun }: { readonly dryRun: boolean },
): readonly string[] {
  const verb = dryRun ? 'Would remove' : 'Removed';
  return retired
    .filter(({ removed }) => removed.length > 0)
    .map(
      ({ laneId, removed }) =>
        `${verb} the ${removed.join(' and the ')} of ${laneId}; \`spec-kitty recover list\` shows what is kept of ${removed.length > 1 ? 'them' : 'it'}.`,
    );
}

/** What became of the branch of a pull request that has landed, or would. */
export function proposalSentence(
  { branch, removed, reason, backup }: RetiredProposal,
  dryRun: boolean,
): string {
  if (removed) return `${dryRun ? 'Would remove' : 'Removed'} ${branch}; its commit stays under ${backup}.`;
  const why = reason === null ? WORDS.in_use : reason === 'moved_on' ? 'which has moved on' : WORDS[reason];
  return `${dryRun ? 'Would keep' : 'Kept'} the branch of the pull request, ${why}: ${branch}`;
}

const WORDS: Readonly<Record<KeptPart['reason'], string>> = {
  asked: 'as asked',
  uncommitted_changes: 'which has uncommitted changes',
  unlanded_commits: 'which has commits that have not landed',
  worktree_kept: 'as its worktree stays',
  locked: 'which is locked',
  claimed: 'as somebody is claiming the lane',
  in_use: 'which is in use',
  submodules: 'which holds repositories of submodules',
  commit_without_ref: 'which has a commit checked out that no branch has',
  no_branch: 'whose branch is gone',
  not_a_worktree: 'which is no worktree of this repository',
};

/** Commits that would be missed are told whatever the reason is. */
function reasonOf({ reason, paths, commits }: KeptPart, target: string): string {
  const unlanded = `${counted(commits, 'commit')} that ${commits === 1 ? 'is' : 'are'} not on ${target}`;
  if (reason === 'unlanded_commits') return `which has ${unlanded}`;
  const where = paths.length > 0 ? ` in ${few(paths)}` : '';
  return `${WORDS[reason]}${where}${commits > 0 ? `, with ${unlanded}` : ''}`;
}
