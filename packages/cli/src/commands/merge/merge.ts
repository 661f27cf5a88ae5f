import { Fault } from '@spec-kitty/core/fault';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import { abortMerge, resumeMerge } from '@spec-kitty/core/merge/pending-merge';
import type { Destination, Merged, NothingMerged, Proposed } from '@spec-kitty/core/merge/merge-request';
import type { MergeStrategy } from '@spec-kitty/core/project/merge-strategy';
import type { AppContext } from '../../context.ts';
import { mergeDocument, nothingDocument, proposalDocument } from './merge-document.ts';
import { mergeSentences, nothingSentences, proposalSentences } from './merge-sentences.ts';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly strategy?: MergeStrategy;
  readonly toBranch?: boolean;
  readonly landed: boolean;
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
}

function requireOneTask(flags: Flags): void {
  const { dryRun, explain: explains, resume: resumes, abort: aborts, landed, toBranch, strategy } = flags;
  const ends = [explains && '--explain', resumes && '--resume', aborts && '--abort'].filter(Boolean);
  const ways = [
    toBranch === true && '--to-branch',
    landed && '--landed',
    dryRun && ends.length > 0 && '--dry-run',
    strategy && (landed || ends.length > 0) && '--strategy',
  ];
  const given = [...ends, ...ways.filter(Boolean)];
  if (given.length < 2) return;
  throw new Fault('usage', 'FLAGS_EXCLUDE_EACH_OTHER', `${given.join(' and ')} exclude each other.`, {
    hints: ['Give one of them.'],
  });
}

async function mergeOrTry(this: AppContext, flags: Flags): Promise<Merged | NothingMerged | Proposed> {
  // Merging what was interrupted goes on with it.
  const workspace = await this.workspace({ endsMerge: !flags.dryRun });
  const { autoCommit } = await workspace.config();
  this.progress('Merging beside every checkout…');
  return mergeMission(workspace, {
    mission: flags.mission,
    actor: flags.actor ?? (await workspace.person()) ?? 'user',
    strategy: flags.strategy,
    destination: destinationOf(flags),
    dryRun: flags.dryRun,
    withoutAcceptance: flags.withoutAcceptance,
    commit: flags.commit && autoCommit,
    keepWorktrees: flags.keepWorktree,
    keepBranches: flags.keepBranch,
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
