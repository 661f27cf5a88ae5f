import { Fault } from '@spec-kitty/core/fault';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import { abortMerge, resumeMerge } from '@spec-kitty/core/merge/pending-merge';
import type { Destination, Merged, NothingMerged, Proposed } from '@spec-kitty/core/merge/merge-request';
import type { MergeStrategy } from '@spec-kitty/core/project/merge-strategy';
import type { AppContext } from '../../context.ts';
import { isPart, mergeDocument, nothingDocument, proposalDocument } from './merge-document.ts';
import { mergeSentences, nothingSentences, proposalSentences } from './merge-sentences.ts';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly strategy?: MergeStrategy;
  readonly toBranch?: boolean;
  readonly landed: boolean;
  readonly train?: boolean;
  readonly dryRun: boolean;
  readonly explain: boolean;
  readonly resume: boolean;
  readonly abort: boolean;
  readonly withoutAcceptance: boolean;
  readonly commit: boolean;
  readonly keepWorktree: boolean;
  readonly keepBranch: boolean;
  readonly json: boolean;
}

/** Merges a mission, shows what a merge would do, or ends one that was interrupted. */
export async function merge(this: AppContext, flags: Flags): Promise<void> {
  requireOneTask(flags);
  if (flags.explain) return explain.call(this, flags);
  if (flags.abort) return abort.call(this, flags);
  const outcome = await (flags.resume ? resume : mergeOrTry).call(this, flags);
  if (outcome.kind === 'nothing')
    this.show(flags.json, nothingDocument(outcome), () => nothingSentences(outcome).join('\n'));
  else if (outcome.kind === 'proposed')
    this.show(flags.json, proposalDocument(outcome), () => proposalSentences(outcome).join('\n'));
  else this.show(flags.json, mergeDocument(outcome, flags), () => mergeSentences(outcome).join('\n'));
  // Whoever deploys what is merged must not take a part for it.
  if (outcome.kind === 'merged' && isPart(outcome.train)) this.exit.code = 1;
}

function requireOneTask(flags: Flags): void {
  const ends = [flags.explain && '--explain', flags.resume && '--resume', flags.abort && '--abort'].filter(
    Boolean,
  );
  const given = [...ends, ...waysGiven(flags, ends.length > 0)];
  if (given.length < 2) return;
  throw new Fault('usage', 'FLAGS_EXCLUDE_EACH_OTHER', `${given.join(' and ')} exclude each other.`, {
    hints: ['Give one of them.'],
  });
}

/** Ways to merge that are given, as far as they mean nothing together with another, or with what ends a merge. */
function waysGiven(flags: Flags, isEnd: boolean): readonly string[] {
  const { toBranch = false, landed, dryRun, strategy, train = false } = flags;
  const ways: readonly (readonly [name: string, isGiven: boolean])[] = [
    ['--to-branch', toBranch],
    ['--landed', landed],
    ['--train', train && (landed || dryRun || isEnd)],
    ['--dry-run', dryRun && (isEnd || train)],
    ['--strategy', strategy !== undefined && (landed || isEnd)],
  ];
  return ways.filter(([, isGiven]) => isGiven).map(([name]) => name);
}

async function mergeOrTry(this: AppContext, flags: Flags): Promise<Merged | NothingMerged | Proposed> {
  // Merging what was interrupted goes on with it.
  const workspace = await this.workspace({ endsMerge: !flags.dryRun });
  const { autoCommit } = await workspace.config();
  this.progress('Merging beside every checkout…');
  return mergeMission(workspace, {
    mission: flags.mission,
    actor: await workspace.actor(flags.actor),
    strategy: flags.strategy,
    destination: destinationOf(flags),
    dryRun: flags.dryRun,
    withoutAcceptance: flags.withoutAcceptance,
    commit: flags.commit && autoCommit,
    keepWorktrees: flags.keepWorktree,
    keepBranches: flags.keepBranch,
    train: flags.train,
  });
}

function destinationOf({ landed, toBranch }: Flags): Destination | undefined {
  if (landed) return 'landed';
  return toBranch === undefined ? undefined : toBranch ? 'branch' : 'target';
}

async function resume(this: AppContext, flags: Flags): Promise<Merged> {
  return resumeMerge(await this.workspace({ endsMerge: true }), {
    mission: flags.mission,
    keepWorktrees: flags.keepWorktree,
    keepBranches: flags.keepBranch,
  });
}

/** Conflicts are an answer here, not a failure: they are told on stdout, and by the exit code. */
async function explain(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const { explainMerge } = await import('@spec-kitty/core/conflicts/explain-merge');
  const { explainDocument, explainSentences } = await import('./explained-merge.ts');
  const explained = await explainMerge(await this.workspace(), { mission: handle });
  this.show(json, explainDocument(explained), () => explainSentences(explained).join('\n'));
  if (explained.conflicts.length > 0) this.exit.code = 1;
}

async function abort(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const { mission, landing } = await abortMerge(await this.workspace({ endsMerge: true }), {
    mission: handle,
  });
  const { target, before } = landing.integration;
  const document = {
    result: 'aborted',
    mission_slug: mission.directory,
    target_branch: target,
    before,
  };
  this.show(
    json,
    document,
    () => `Undone: ${target} and its checkouts are what they were at ${before.slice(0, 12)}.`,
  );
}
