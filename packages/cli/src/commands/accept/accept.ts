import { type Accepted, acceptMission } from '@spec-kitty/core/accept/accept-mission';
import { moment } from '../../render/moment.ts';
import type { AppContext } from '../../context.ts';
import { overrideLines } from '../../render/overrides.ts';
import { shellWord } from '@spec-kitty/core/shell-word';
import { openProposal } from '@spec-kitty/core/log/latest-proposal';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { revertedWords } from '@spec-kitty/core/merged/reverted-merge';
import { proposedOn } from '@spec-kitty/core/next/ask-next';
import { acceptDocument } from './accept-document.ts';
import { canceledRequirements } from './canceled-requirements.ts';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly mode: 'auto' | 'pr' | 'local' | 'checklist';
  readonly diagnose: boolean;
  readonly allowFail: boolean;
  readonly commit: boolean;
  readonly json: boolean;
}

/** Accepts a mission, or shows its checklist. */
export async function accept(this: AppContext, flags: Flags): Promise<void> {
  const { mission, actor, mode, diagnose, allowFail, commit, json } = flags;
  const workspace = await this.workspace();
  const { autoCommit } = await workspace.config();
  const accepted = await acceptMission(workspace, {
    mission,
    mode: diagnose || allowFail ? 'checklist' : mode,
    actor: await workspace.actor(actor),
    commit: commit && autoCommit,
  });
  const { primary, worktree } = workspace.repository;
  const undelivered = await canceledRequirements(workspace, accepted.view);
  const at = { branch: await workspace.branch(), primary, worktree, undelivered };
  const notes = undelivered.map((sentence) => `Note: ${sentence}`);
  this.show(json, acceptDocument(accepted, at), () => sentences(accepted, notes).join('\n'));
  if (!accepted.readiness.ok && !allowFail) this.exit.code = 1;
}

function sentences(accepted: Accepted, notes: readonly string[]): readonly string[] {
  const { view, readiness, mode, commit, committed, already, at } = accepted;
  const name = view.mission.directory;
  if (at === null) {
    return [
      readiness.ok ? `${name} is ready to be accepted.` : `${name} is not ready:`,
      ...readiness.failedChecks.map(({ detail }) => `  - ${detail}`),
      ...overrideLines(view),
      ...notes,
    ];
  }
  return [
    already ? `${name} was accepted already (${moment(at)}).` : `Accepted ${name} (${mode}).`,
    ...overrideLines(view),
    ...notes,
    commitSentence(commit, committed),
    ...nextSentences(accepted),
  ];
}

function nextSentences({ view, reverted }: Accepted): readonly string[] {
  const { directory } = view.mission;
  if (reverted === null) return [nextSentence(view)];
  const { sentence, hints } = revertedWords(directory, reverted);
  return [sentence, ...hints];
}

function nextSentence(view: Accepted['view']): string {
  const { directory, meta } = view.mission;
  if (![...view.state.packages.values()].some(({ slot }) => slot.lane === 'approved'))
    return `Nothing is left to merge; \`spec-kitty merge --mission ${shellWord(directory)}\` removes worktrees that are left.`;
  const proposed = proposedOn(view);
  if (proposed !== null)
    return `It is proposed on ${proposed}. Next, once its pull request is merged and ${targetBranch(meta)} is up to date: \`spec-kitty merge --landed --mission ${shellWord(directory)}\`.`;
  return openProposal(view) === null
    ? `Next: \`spec-kitty merge --mission ${shellWord(directory)}\`.`
    : `Next: \`spec-kitty merge --to-branch --mission ${shellWord(directory)}\`, as it was proposed before.`;
}

function commitSentence(commit: string | null, committed: boolean): string {
  if (commit === null) return 'No commit was made.';
  const short = commit.slice(0, 12);
  return committed ? `Committed the mission's files as ${short}.` : `The commit is ${short}.`;
}
