import type { NewRow } from '@spec-kitty/protocol/status-row';
import { numbered } from '../counted.ts';
import { Fault } from '../fault.ts';
import { listed } from '../listed.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { acceptedElsewhere, isAccepted } from '../status/acceptance.ts';
import type { Landing } from '../ports/integration.ts';
import type { LaneState } from '../ports/lane-repository.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { acceptanceFindings } from '../matrices/matrix-findings.ts';
import { requireCriteriaMet, requireIssuesSettled } from '../matrices/require-matrices.ts';
import { requireAnswered } from '../mission/decisions.ts';
import { requireFiles } from '../mission/require-branch.ts';
import { missionNumber } from '../mission/mission-number.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { requireReadable } from '../mission/find-package.ts';
import { requireNoLane } from '../execution-lanes/branch-names.ts';
import { contextOf, readManifest } from '../execution-lanes/lane-context.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { openProposal } from '../log/latest-proposal.ts';
import { RowWriter } from '../log/row-writer.ts';
import { absorbTargetLog } from './absorb-target-log.ts';
import { laneCommits } from './lane-commits.ts';
import { completionRows } from './completion-rows.ts';
import { finishMerge, type MergeNote, staysOf, writeFeedback } from './finish-merge.ts';
import { sealMessage } from './merge-messages.ts';
import { mergeRemarks } from '../work/lane-merges.ts';
import { requireNotLost } from '../merged/lost-merge.ts';
import { recordedMerge } from '../merged/recorded-merge.ts';
import { revertedMerge } from '../merged/reverted-merge.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
import type { Destination, MergeRequest, Merged, NothingMerged, Proposed } from './merge-request.ts';
import { isProposed, proposalMoves, proposalOpen, proposalRow } from './merge-proposal.ts';
import { explainMergeRefusal, type MergeInput, type MergePlan, planMerge } from './plan-merge.ts';
import { resumePending } from './pending-merge.ts';
import { adoptMergedMeta, metaOnTarget, sealedFiles, sweptFiles, writtenFiles } from './sealed-files.ts';
import { refMoves, retireLanes, retireProposal } from './retire-lanes.ts';
import { type Merging, type Prepared, validatedMerge } from './validate-merge.ts';
import { withIntegrator } from './with-integrator.ts';
import { shellWord } from '../shell-word.ts';
import { sendBackRows, withRows } from '../train/send-back.ts';
import { feedbackOf, reportOf, type TrainOutcome } from '../train/train-report.ts';

/**
 * Brings the reviewed commits of a mission to its target branch, all or nothing.
 *
 * The merge is made and proved among the objects, and checked beside every checkout; then checkouts and target move,
 * from the commit it was made on. A merge that did not come to its end is finished first.
 */
export async function mergeMission(
  ports: MergePorts,
  request: MergeRequest,
): Promise<Merged | Proposed | NothingMerged> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const pending = await integrator.pending();
    if (pending) return resumePending(ports, { mission, integrator, pending, request });
    if (!request.dryRun) await absorbTargetLog(ports, integrator, mission);
    const view = await ports.viewOf(mission);
    const plan = planOf(view, request);
    if (plan) return mergeAnew(ports, { view, integrator, request, plan });
    if (!request.dryRun) await adoptMergedMeta(ports, integrator, mission);
    return nothingMerged(ports, await ports.viewOf(mission), request);
  });
}

/** As Git is up to date: whoever asks twice is told what is the case, and what the first time left is put away. */
async function nothingMerged(
  ports: MergePorts,
  view: MissionView,
  request: MergeRequest,
): Promise<NothingMerged> {
  await requireNotLost(() => ports.lanes(), view);
  const reverted = (await revertedMerge(() => ports.lanes(), view)) ?? null;
  const retired = await retireLanes(ports, view, { ...request, lanes: [] });
  return { kind: 'nothing', dryRun: request.dryRun, view, landed: recordedMerge(view), reverted, retired };
}

async function mergeAnew(ports: MergePorts, merging: Merging): Promise<Merged | Proposed> {
  const { view, request, plan } = merging;
  await requireMergeable(ports, merging);
  const looks = new Map<string, LaneState>();
  const lanes = await laneCommits(await ports.lanes(), view, plan, looks);
  const destination = destinationOf(view, request);
  const prepared = await validatedMerge(ports, { ...merging, looks, lanes, destination });
  if (request.isCalledOff?.()) throw calledOff();
  const { train } = prepared;
  const isWhole = train === null || train.back.length === 0;
  // A pull request has all of a mission, and of nothing there is nothing to land.
  if (!isWhole && (destination === 'branch' || prepared.lanes.length === 0))
    throw await sendBackAll(ports, { ...prepared, train });
  return destination === 'branch' ? propose(ports, prepared) : bring(ports, prepared);
}

function calledOff(): Fault {
  return new Fault('interrupted', 'INTERRUPTED', 'The merge was called off before anything was moved.');
}

/** Makes sure that the mission's files and what was merged of it before are as a merge needs them. */
async function requireMergeable(ports: MergePorts, { view, integrator }: Merging): Promise<void> {
  requireIssuesSettled(view.mission);
  requireNoLane(targetBranch(view.mission.meta));
  await requireTargetKept(await ports.lanes(), view);
  await metaOnTarget(ports, view.mission, integrator);
  // The next merge on record would hide it.
  await requireNotLost(() => ports.lanes(), view);
}

/** Brings a merge that was made to the target, or says what that would come to. */
async function bring(ports: MergePorts, prepared: Prepared): Promise<Merged> {
  const { view, integrator, request, lanes, integration, looks } = prepared;
  const stay = staysOf(prepared.train && reportOf(prepared.train));
  const putAway = { ...request, dryRun: true, lanes, landed: integration.merged, looks, stay };
  const retired = await retireLanes(ports, view, putAway);
  const removals = retired.flatMap((lane) => lane.refs);
  const refs = await refMoves(ports, view, integration, removals);
  if (request.dryRun) return rehearsed(ports, { ...prepared, refs, retired });
  const landing = await land(ports, { ...prepared, refs });
  return finishMerge(ports, { view, integrator, landing, request });
}

/** Of a mission that is proposed, only whoever says so merges it past the pull request. */
function destinationOf(view: MissionView, { destination }: MergeRequest): Destination {
  if (destination) return destination;
  if (view.mission.meta.pr_bound) return 'branch';
  const branch = openProposal(view);
  if (branch === null) return 'target';
  throw proposalOpen(view.mission, branch);
}

/** What a merge would do, once it is sure that the checkouts could follow. */
async function rehearsed(
  ports: MergePorts,
  { integrator, ...prepared }: Prepared & Pick<Merged, 'refs' | 'retired'>,
): Promise<Merged> {
  const { view, plan, lanes, integration, validation, request, retired } = prepared;
  const swept = request.commit ? await sweptFiles(ports, view.mission) : [];
  await integrator.verify(integration, request.commit ? [...writtenFiles(view.mission), ...swept] : []);
  const proposal = await retireProposal(ports, view, { ...request, integration });
  const refs = [...prepared.refs, ...(proposal?.refs ?? [])];
  const remarks = await mergeRemarks(await ports.lanes(), integration);
  const made = { view, plan, lanes, integration, ...remarks, validation, refs, retired, proposal, swept };
  return { kind: 'merged', ...made, train: null, commit: null, since: null, seals: request.commit };
}

/** Plans the merge of a mission, or refuses; `undefined` when there is nothing to merge. */
export function planOf(
  view: MissionView,
  { withoutAcceptance, aside }: Pick<MergeRequest, 'withoutAcceptance'> & Pick<MergeInput, 'aside'>,
): MergePlan | undefined {
  const { mission, state, acceptance, packages } = view;
  const plan = planMerge({
    manifest: () => readManifest(mission),
    state,
    packages: packages.map(({ id }) => id),
    accepted: isAccepted(acceptance, state, mission.meta),
    withoutAcceptance,
    acceptedFor: acceptedElsewhere(acceptance, mission.meta),
    aside,
  });
  if ('code' in plan && plan.code === 'NOTHING_TO_MERGE' && packages.length > 0) return undefined;
  requireFiles(mission);
  for (const wp of packages) requireReadable(view, wp);
  if ('code' in plan) throw explainMergeRefusal(plan, mission);
  if (!withoutAcceptance) {
    requireCriteriaMet(mission);
    requireAnswered(mission);
  }
  return plan.unaccepted || acceptanceFindings(mission).length === 0 ? plan : { ...plan, unaccepted: true };
}

/** Leaves the merge on the mission's branch; the packages are done when it has landed. */
async function propose(ports: MergePorts, prepared: Prepared): Promise<Proposed> {
  const { view, plan, validation, integrator, request } = prepared;
  const { dryRun } = request;
  const manifest = readManifest(view.mission);
  const { missionBranch: branch } = contextOf(view.mission, manifest, manifest.lanes[0]?.lane_id ?? '');
  const offer = await integrator.offer(prepared.integration, { branch, last: view.proposal, dryRun });
  const integration = { ...prepared.integration, merged: offer.to };
  const refs = await proposalMoves(ports, offer);
  const remarks = await mergeRemarks(await ports.lanes(), integration);
  const train = prepared.train && reportOf(prepared.train);
  const made = { view, plan, integration, ...remarks, validation, train, offer, refs };
  const value: Proposed = { kind: 'proposed', dryRun, ...made };
  if (dryRun) return value;
  return ports.log.append(view.mission, 'merge', async (log) => {
    requireUnchanged(view, reduce(log), plan.completes);
    await integrator.publish(offer);
    const writer = new RowWriter({ ...ports, mission: view.mission }, log);
    const row = { view, integration, branch, actor: request.actor };
    const rows = isProposed(view, offer, integration) ? [] : [proposalRow(writer, row)];
    return { rows, value, journalOnly: !view.mission.checkedOut };
  });
}

/** Moves the target and records it, under the mission's lock: nobody moves a package in between. */
async function land(ports: MergePorts, prepared: Prepared & Pick<Merged, 'refs'>): Promise<Landing> {
  const { view, plan, integration, integrator, request, train } = prepared;
  const { mission } = view;
  const back = train?.back ?? [];
  return ports.log.append(mission, 'merge', async (log, text) => {
    requireUnchanged(view, reduce(log), [...plan.completes, ...back.map(({ wp }) => wp.id)]);
    const rows = landingRows(ports, log, prepared);
    const before = await metaOnTarget(ports, view.mission, integrator);
    const meta = {
      mission_number: missionNumber(before) ?? ports.largestMissionNumber() + 1,
      baseline_merge_commit: integration.merged,
    };
    const sealing = {
      mission,
      text,
      rows,
      meta: { ...before, ...meta },
      feedback: train ? feedbackOf(train) : {},
    };
    const files = await sealedFiles(ports, sealing);
    const swept = request.commit ? files.copied : [];
    const commit = request.commit
      ? await integrator.seal(integration.merged, files, sealMessage(view, plan, swept))
      : integration.merged;
    const note = noteOf(prepared, { meta, rows, swept });
    const landing: Landing = {
      integration,
      commit,
      ownPaths: request.commit ? [`kitty-specs/${mission.directory}`] : [],
      backup: mission.missionId,
      note: JSON.stringify(note),
    };
    // Its files took as much room as the checkout is about to need.
    integrator.discard();
    await integrator.apply(landing);
    // On another branch the checkout's copies stay as they are: changed, they would keep its user from switching back.
    const journalOnly = (await ports.branch()) !== integration.target;
    return { rows, value: landing, journalOnly, prepare: () => journalOnly || writeFeedback(ports, note) };
  });
}

/** What is left out goes back in the same append as the rest lands: there is no moment at which only one of them is true. */
function landingRows(ports: MergePorts, log: LogRows, prepared: Prepared): readonly NewRow[] {
  const { mission } = prepared.view;
  const back = sendBackRows(ports, prepared.view, { back: prepared.train?.back ?? [], log });
  const writer = new RowWriter({ ...ports, mission }, withRows(log, back));
  return [...back, ...completionRows(writer, { state: reduce(log), ...prepared })];
}

function noteOf(
  { plan, lanes, validation, train, refs }: Prepared & Pick<Merged, 'refs'>,
  more: Pick<MergeNote, 'meta' | 'rows' | 'swept'>,
): MergeNote {
  const told = train && { train: reportOf(train), feedback: feedbackOf(train) };
  return { plan, lanes, validation, refs, ...more, ...(told ?? { train: null, feedback: {} }) };
}

/** Sends back what breaks a merge of which nothing can land now. @returns what is said of it. */
async function sendBackAll(
  ports: MergePorts,
  { view, train, destination }: Prepared & { readonly train: TrainOutcome },
): Promise<Fault> {
  const { mission } = view;
  const { back } = train;
  const ids = back.map(({ wp }) => wp.id);
  await ports.log.append(mission, 'merge', (log) => {
    requireUnchanged(view, reduce(log), ids);
    const rows = sendBackRows(ports, view, { back, log });
    return { rows, value: undefined, prepare: () => writeFeedback(ports, { feedback: feedbackOf(train) }) };
  });
  const why =
    destination === 'branch'
      ? 'A pull request has all of the mission: it is proposed once these are approved again.'
      : 'Nothing else can be merged without.';
  const isBroken = back.some(({ conflicts }) => !conflicts);
  return new Fault(
    'refused',
    isBroken ? 'BREAKS_VALIDATION' : 'MERGE_CONFLICT',
    `${isBroken ? 'The merged result fails the validation with' : 'The merge conflicts with'} ${listed(ids)}, which ${numbered(ids, 'is', 'are')} planned again; nothing was merged.`,
    {
      hints: [
        why,
        `Run \`spec-kitty next --mission ${shellWord(mission.directory)}\`; ${back.map(({ cycle }) => cycle.file).join(', ')} has what failed.`,
      ],
      details: {
        mission_slug: mission.directory,
        sent_back: back.map(({ wp, reason, cycle }) => ({
          wp_id: wp.id,
          reason,
          feedback_file: cycle.file,
        })),
        waiting: train.waiting,
        validations: train.validations,
      },
    },
  );
}

function requireUnchanged({ state, mission }: MissionView, now: LogState, ids: readonly string[]): void {
  const moved = ids.find(
    (wp) => state.packages.get(wp)?.slot.last_event_id !== now.packages.get(wp)?.slot.last_event_id,
  );
  if (moved === undefined) return;
  throw new Fault(
    'refused',
    'PACKAGE_MOVED',
    `${moved} was changed by somebody else while the merge was made; nothing was merged.`,
    {
      hints: [`Run \`spec-kitty merge --mission ${shellWord(mission.directory)}\` again.`],
      details: { wp_id: moved },
    },
  );
}
