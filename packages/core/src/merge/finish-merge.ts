import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { Integrator, LaneCommit, Landing, Validation } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { RefMove } from '../ports/lane-repository.ts';
import type { Merged, MergeRequest } from './merge-request.ts';
import type { TrainReport } from '../train/train-report.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { mergeRemarks } from '../work/lane-merges.ts';
import type { MergePlan } from './plan-merge.ts';
import { retireLanes, retireProposal } from './retire-lanes.ts';
import { currentMeta, isOnTarget, metaFile } from './sealed-files.ts';

/** What a merge remembers from the moment on at which it moves the target, for a run that has to finish it. */
export interface MergeNote {
  readonly plan: MergePlan;
  readonly lanes: readonly LaneCommit[];
  readonly validation: Validation | null;
  readonly refs: readonly RefMove[];
  /** Fields of `meta.json` that the merge sets. */
  readonly meta: { readonly mission_number: number; readonly baseline_merge_commit: string };
  /** Rows that record it, as they are in the commit. */
  readonly rows: readonly NewRow[];
  /** Files of the mission that had uncommitted changes, which the merge has committed. */
  readonly swept: readonly string[];
  /** What a train has left behind, and the feedback that goes with it, by path relative to the repository. */
  readonly train: TrainReport | null;
  readonly feedback: Readonly<Record<string, string>>;
}

interface Finishing {
  readonly view: MissionView;
  readonly integrator: Integrator;
  readonly landing: Landing;
  readonly request: Pick<MergeRequest, 'keepWorktrees' | 'keepBranches'>;
}

/** Does what follows once target and log have the merge. Repeatable: an interrupted merge ends here when it is run again. */
export async function finishMerge(
  ports: MergePorts,
  { view, integrator, landing, request }: Finishing,
): Promise<Merged> {
  const { mission } = view;
  const { integration, commit } = landing;
  const { plan, lanes, validation, refs, meta, swept, train } = readNote(landing);
  if (await isOnTarget(ports, mission)) {
    await ports.lock.hold(`mission-${mission.missionId}`, 'merge', async () => {
      ports.files.rewrite(metaFile(mission), documentJson({ ...currentMeta(ports, mission), ...meta }));
    });
    // The projection names the mission's number, which the append before this did not know.
    await ports.unite(mission, 'merge');
  } else if (mission.checkedOut && commit !== integration.merged) await ports.withdraw(mission, 'merge');
  const now = { ...request, dryRun: false };
  const retired = await retireLanes(ports, view, { ...now, lanes, stay: staysOf(train) });
  const proposal = await retireProposal(ports, view, { ...now, integration });
  const remarks = await mergeRemarks(await ports.lanes(), integration);
  await integrator.forget();
  return {
    kind: 'merged',
    view,
    plan,
    lanes,
    validation,
    train,
    refs,
    retired,
    proposal,
    integration,
    ...remarks,
    commit,
    since: null,
    seals: commit !== integration.merged,
    swept,
  };
}

/** Reads what a merge has remembered. */
export function readNote({ note }: Landing): MergeNote {
  const read: MergeNote = JSON.parse(note);
  // A merge that an older version has begun does not say what it took along, and has left nothing behind.
  return { ...read, swept: read.swept ?? [], train: read.train ?? null, feedback: read.feedback ?? {} };
}

/** Packages that a train has left behind: their lanes are worked on, or wait for others. */
export function staysOf(train: Pick<TrainReport, 'sentBack' | 'waiting'> | null): ReadonlySet<string> {
  if (train === null) return new Set();
  return new Set([...train.sentBack.map(({ wp }) => wp), ...train.waiting]);
}

/** Puts the feedback for what was left behind where its events say that it is. */
export function writeFeedback(
  { files }: Pick<MergePorts, 'files'>,
  { feedback }: Pick<MergeNote, 'feedback'>,
): void {
  for (const [file, text] of Object.entries(feedback)) files.write(file, text);
}
