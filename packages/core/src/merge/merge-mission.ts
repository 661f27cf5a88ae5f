import { Fault } from '../fault.ts';
import { isAccepted } from '../status/acceptance.ts';
import type { MergeStrategy } from '../project/merge-strategy.ts';
import type {
  Credit,
  Integration,
  Integrator,
  LaneCommit,
  Landing,
  MergeOrder,
  Validation,
} from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { acceptanceFindings } from '../matrices/matrix-findings.ts';
import { requireCriteriaMet, requireIssuesSettled } from '../matrices/require-matrices.ts';
import { requireFiles } from '../mission/require-branch.ts';
import { missionNumber } from '../mission/mission-number.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { requireReadable } from '../mission/find-package.ts';
import { contextOf, readManifest } from '../execution-lanes/lane-context.ts';
import { openProposal } from '../log/latest-proposal.ts';
import { RowWriter } from '../log/row-writer.ts';
import { absorbTargetLog } from './absorb-target-log.ts';
import { laneCommits } from './lane-commits.ts';
import { completionRows } from './completion-rows.ts';
import { explainConflicts } from './explain-conflicts.ts';
import { explainMergeRefusal } from './explain-merge-refusal.ts';
import { finishMerge, type MergeNote } from './finish-merge.ts';
import { laneMessage, sealMessage, squashMessage } from './merge-messages.ts';
import { droppingMerges } from '../work/lane-merges.ts';
import { requireNotLost } from '../work/lost-merge.ts';
import { recordedMerge } from '../work/recorded-merge.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
import type { Destination, MergeRequest, Merged, NothingMerged, Proposed } from './merge-request.ts';
import { isProposed, proposalMoves, proposalOpen, proposalRow } from './merge-proposal.ts';
import { type MergeInput, type MergePlan, planMerge } from './plan-merge.ts';
import { resumePending } from './pending-merge.ts';
import { adoptMergedMeta, metaOnTarget, sealedFiles, sweptFiles, writtenFiles } from './sealed-files.ts';
import { refMoves, retireLanes, retireProposal } from './retire-lanes.ts';
import { withIntegrator } from './with-integrator.ts';
import { shellWord } from '../shell-word.ts';

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

interface Merging {
  readonly view: MissionView;
  readonly integrator: Integrator;
  readonly request: MergeRequest;
  readonly plan: MergePlan;
}

/** As Git is up to date: whoever asks twice is told what is the case, and what the first time left is put away. */
async function nothingMerged(
  ports: MergePorts,
  view: MissionView,
  request: MergeRequest,
): Promise<NothingMerged> {
  await requireNotLost(() => ports.lanes(), view);
  const retired = await retireLanes(ports, view, { ...request, lanes: [] });
  return { kind: 'nothing', dryRun: request.dryRun, view, landed: recordedMerge(view), retired };
}

async function mergeAnew(ports: MergePorts, merging: Merging): Promise<Merged | Proposed> {
  const { view, request, plan } = merging;
  await requireMergeable(ports, merging);
  const lanes = await laneCommits(await ports.lanes(), view, plan);
  const command = await trustedValidation(ports);
  const destination = destinationOf(view, request);
  const integration = await integrate(ports, { ...merging, lanes, destination });
  const validation = await validate(ports, { ...merging, integration }, command);
  const prepared = { ...merging, lanes, integration, validation };
  return destination === 'branch' ? propose(ports, prepared) : bring(ports, prepared);
}

/** Makes sure that the mission's files and what was merged of it before are as a merge needs them. */
async function requireMergeable(ports: MergePorts, { view, integrator }: Merging): Promise<void> {
  requireIssuesSettled(view.mission);
  await requireTargetKept(await ports.lanes(), view);
  await metaOnTarget(ports, view.mission, integrator);
  // The next merge on record would hide it.
  await requireNotLost(() => ports.lanes(), view);
}

async function trustedValidation(ports: MergePorts): Promise<readonly string[] | undefined> {
  const { validationCommand } = await ports.config();
  if (validationCommand) await ports.requireTrust('validation.command', validationCommand);
  return validationCommand;
}

/** Merges the lanes beside every checkout, or finds them on the target. @throws Fault `MERGE_CONFLICT`, or what the integrator throws. */
async function integrate(
  ports: MergePorts,
  { view, integrator, request, lanes, destination }: Integrating,
): Promise<Integration> {
  const target = targetBranch(view.mission.meta);
  if (destination !== 'branch') await integrator.requireFree(target);
  const order = {
    target,
    lanes,
    strategy: request.strategy ?? (await ports.config()).mergeStrategy ?? DEFAULT_STRATEGY,
    proposal: view.proposal,
    laneMessage: (lane: LaneCommit) => laneMessage(view, lane),
    squashMessage: (credits: readonly Credit[]) => squashMessage(view, credits),
  } satisfies MergeOrder;
  const integration = await (destination === 'landed'
    ? integrator.findLanded(order)
    : integrator.prepare(order));
  if (integration.lanes.some(({ conflicts }) => conflicts.length > 0))
    throw explainConflicts(integration, view.mission.directory);
  return integration;
}

/** Brings a merge that was made to the target, or says what that would come to. */
async function bring(ports: MergePorts, prepared: Prepared): Promise<Merged> {
  const { view, integrator, request, lanes, integration } = prepared;
  const putAway = { ...request, dryRun: true, lanes, landed: integration.merged };
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

/** Looks at the lanes again afterwards: a validation may take long enough for somebody to go on in one. */
async function validate(
  ports: MergePorts,
  { view, integrator, plan, integration }: Merging & Pick<Merged, 'integration'>,
  command: readonly string[] | undefined,
): Promise<Validation | null> {
  if (!command) return null;
  const validation = await integrator.validate(integration, command);
  await laneCommits(await ports.lanes(), view, plan);
  return validation;
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
  const dropping = await droppingMerges(await ports.lanes(), integration);
  const made = { view, plan, lanes, integration, dropping, validation, refs, retired, proposal, swept };
  return { kind: 'merged', ...made, commit: null, seals: request.commit };
}

const DEFAULT_STRATEGY: MergeStrategy = 'squash';

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
    aside,
  });
  if ('code' in plan && plan.code === 'NOTHING_TO_MERGE' && packages.length > 0) return undefined;
  requireFiles(mission);
  for (const wp of packages) requireReadable(view, wp);
  if ('code' in plan) throw explainMergeRefusal(plan, mission.directory);
  if (!withoutAcceptance) requireCriteriaMet(mission);
  return plan.unaccepted || acceptanceFindings(mission).length === 0 ? plan : { ...plan, unaccepted: true };
}

interface Integrating extends Merging {
  readonly lanes: readonly LaneCommit[];
  readonly destination: Destination;
}

type Prepared = Merging & Pick<Merged, 'lanes' | 'integration'> & { readonly validation: Validation | null };

/** Leaves the merge on the mission's branch; the packages are done when it has landed. */
async function propose(ports: MergePorts, prepared: Prepared): Promise<Proposed> {
  const { view, plan, validation, integrator, request } = prepared;
  const { dryRun } = request;
  const manifest = readManifest(view.mission);
  const { missionBranch: branch } = contextOf(view.mission, manifest, manifest.lanes[0]?.lane_id ?? '');
  const offer = await integrator.offer(prepared.integration, { branch, last: view.proposal, dryRun });
  const integration = { ...prepared.integration, merged: offer.to };
  const refs = await proposalMoves(ports, offer);
  const dropping = await droppingMerges(await ports.lanes(), integration);
  const made = { view, plan, integration, dropping, validation, offer, refs };
  const value: Proposed = { kind: 'proposed', dryRun, ...made };
  if (dryRun) return value;
  return ports.log.append(view.mission, 'merge', async (log) => {
    requireUnchanged(view.state, reduce(log), plan, view.mission.directory);
    await integrator.publish(offer);
    const writer = new RowWriter({ ...ports, mission: view.mission }, log);
    const row = { view, integration, branch, actor: request.actor };
    const rows = isProposed(view, offer, integration) ? [] : [proposalRow(writer, row)];
    return { rows, value, journalOnly: !view.mission.checkedOut };
  });
}

/** Moves the target and records it, under the mission's lock: nobody moves a package in between. */
async function land(ports: MergePorts, prepared: Prepared & Pick<Merged, 'refs'>): Promise<Landing> {
  const { view, plan, lanes, integration, validation, refs, integrator, request } = prepared;
  const { mission } = view;
  return ports.log.append(mission, 'merge', async (log, text) => {
    const state = reduce(log);
    requireUnchanged(view.state, state, plan, mission.directory);
    const rows = completionRows(new RowWriter({ ...ports, mission }, log), { state, ...prepared });
    const before = await metaOnTarget(ports, view.mission, integrator);
    const meta = {
      mission_number: missionNumber(before) ?? ports.largestMissionNumber() + 1,
      baseline_merge_commit: integration.merged,
    };
    const files = await sealedFiles(ports, { mission, text, rows, meta: { ...before, ...meta } });
    const swept = request.commit ? files.copied : [];
    const commit = request.commit
      ? await integrator.seal(integration.merged, files, sealMessage(view, plan, swept))
      : integration.merged;
    const note: MergeNote = { plan, lanes, validation, refs, meta, rows, swept };
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
    return { rows, value: landing, journalOnly: (await ports.branch()) !== integration.target };
  });
}

function requireUnchanged(before: LogState, now: LogState, plan: MergePlan, handle: string): void {
  const moved = plan.completes.find(
    (wp) => before.packages.get(wp)?.slot.last_event_id !== now.packages.get(wp)?.slot.last_event_id,
  );
  if (moved === undefined) return;
  throw new Fault(
    'refused',
    'PACKAGE_MOVED',
    `${moved} was changed by somebody else while the merge was made; nothing was merged.`,
    {
      hints: [`Run \`spec-kitty merge --mission ${shellWord(handle)}\` again.`],
      details: { wp_id: moved },
    },
  );
}
