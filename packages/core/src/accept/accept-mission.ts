import { documentJson } from '@spec-kitty/protocol/canonical-json';
import { Fault } from '../fault.ts';
import { type Acceptance, isAccepted, latestAcceptance, MISSION_ACCEPTED } from '../status/acceptance.ts';
import { answerHints, DECISIONS, readDecisions, unanswered } from '../mission/decisions.ts';
import { type Readiness, readinessOf } from '../mission/readiness.ts';
import { fileHints, packagesWithoutFile } from '../log/packages-without-file.ts';
import { matrixHints } from '../matrices/matrix-hints.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { isSettled } from '../status/package-state.ts';
import { reduce } from '../status/reduce.ts';
import { requireReadable } from '../mission/find-package.ts';
import { requireCheckedOut, requireTarget } from '../mission/require-branch.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { requireMergeableLanes } from './require-mergeable-lanes.ts';
import { requireNotAbandoned } from '../log/abandonment.ts';
import { requireUnmerged } from '../log/require-unmerged.ts';
import { requireNotLost } from '../merged/lost-merge.ts';
import { revertedMerge, type RevertedMerge } from '../merged/reverted-merge.ts';
import { requireTargetKept } from '../work/require-target-kept.ts';
import { shellWord } from '../shell-word.ts';

/** What `accept` was asked to do. */
export interface AcceptRequest {
  readonly mission: string | undefined;
  readonly actor: string;
  /** `auto` is `pr` for a mission that lands by pull request, else `local`; `checklist` only looks. */
  readonly mode: 'auto' | 'pr' | 'local' | 'checklist';
  readonly commit: boolean;
}

/** What an acceptance found and did. */
export interface Accepted {
  readonly view: MissionView;
  readonly readiness: Readiness;
  readonly mode: string;
  /** `null` for a checklist. */
  readonly at: string | null;
  readonly by: string | null;
  readonly fromCommit: string | null;
  /** The commit that has the acceptance, whoever made it; `null` while it is not committed. */
  readonly commit: string | null;
  /** Whether this run made it. */
  readonly committed: boolean;
  readonly already: boolean;
  /** What its target has taken back since, where it was merged. */
  readonly reverted: RevertedMerge | null;
}

type Settled = Omit<Accepted, 'view' | 'readiness' | 'mode' | 'reverted'>;

const UNDECIDED: Settled = {
  at: null,
  by: null,
  fromCommit: null,
  commit: null,
  committed: false,
  already: false,
};

const HISTORY = 20;

/** Accepts a mission whose packages are all approved: of exactly the commits that were reviewed. */
export async function acceptMission(ports: MergePorts, request: AcceptRequest): Promise<Accepted> {
  const view = await ports.view(request.mission);
  const branch = await ports.branch();
  requireCheckedOut(view.mission, branch);
  const mode = modeOf(request, view);
  const readiness = readinessOf(view);
  if (mode === 'checklist') {
    const found = await withRefusals(ports, view, readiness);
    return { view, readiness: found, mode, reverted: null, ...UNDECIDED };
  }
  requireNotAbandoned(view);
  if (!readiness.ok) throw notReady(readiness, view);
  for (const wp of view.packages) requireReadable(view, wp);
  if (branch !== targetBranch(view.mission.meta)) await requireTargetKept(await ports.lanes(), view);
  requireTarget(view.mission, branch);
  await requireMergeable(ports, view, request);
  const reverted = (await revertedMerge(() => ports.lanes(), view)) ?? null;
  return { view, readiness, mode, reverted, ...(await settle(ports, view, { mode, request })) };
}

/** What would keep the mission from being accepted though all of it is approved, wherever one stands. */
async function withRefusals(ports: MergePorts, view: MissionView, readiness: Readiness): Promise<Readiness> {
  if (!readiness.ok) return readiness;
  try {
    requireNotAbandoned(view);
    for (const wp of view.packages) requireReadable(view, wp);
    await requireTargetKept(await ports.lanes(), view);
    await requireMergeableParts(ports, view);
    return readiness;
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'refused') throw error;
    const detail = [error.message.replace('; nothing was changed', ''), ...error.hints].join(' ');
    return { ...readiness, ok: false, failedChecks: [{ check: error.code.toLowerCase(), detail }] };
  }
}

function modeOf({ mode }: AcceptRequest, { mission }: MissionView): string {
  if (mode !== 'auto') return mode;
  return mission.meta.pr_bound ? 'pr' : 'local';
}

/** Records the acceptance, unless it stands already, and commits what is not committed yet. */
async function settle(
  ports: MergePorts,
  view: MissionView,
  { mode, request }: { mode: string; request: AcceptRequest },
): Promise<Settled> {
  const { mission, state } = view;
  const target = `refs/heads/${targetBranch(mission.meta)}`;
  const fromCommit = (await (await ports.lanes()).resolve(target)) ?? null;
  const standing = isAccepted(view.acceptance, state, mission.meta);
  const { acceptance, already } = standing
    ? { acceptance: view.acceptance, already: true }
    : await record(ports, view, { mode, request, fromCommit });
  if (acceptance) await describeAcceptance(ports, mission, acceptance);
  const { at, by } = whenAndWho(acceptance, mission.meta);
  const made = request.commit ? await commitAcceptance(ports, view, fromCommit) : undefined;
  return {
    at,
    by,
    fromCommit: acceptance?.fromCommit ?? fromCommit,
    commit: made ?? (await acceptanceCommit(ports, mission, at)),
    committed: made !== undefined,
    already,
  };
}

/** Missions accepted by the predecessor say it in `meta.json` alone. */
function whenAndWho(acceptance: Acceptance | null, meta: Mission['meta']): Pick<Settled, 'at' | 'by'> {
  return acceptance ?? { at: meta.accepted_at ?? null, by: meta.accepted_by ?? null };
}

/** Finds the commit that brought an acceptance: an earlier run's, that of another one at the same time, or the user's. */
async function acceptanceCommit(
  ports: MergePorts,
  mission: Mission,
  at: string | null,
): Promise<string | null> {
  if (at === null) return null;
  const commits = await ports.commits();
  const wanted = { branch: targetBranch(mission.meta), text: at };
  return (await commits.firstWith(mission.directory, wanted)) ?? null;
}

/** Accepts nothing that a merge is certain to refuse, and nothing of which a part is lost already. */
async function requireMergeable(
  ports: MergePorts,
  view: MissionView,
  { commit }: AcceptRequest,
): Promise<void> {
  if (commit) await (await ports.commits()).requirePossible(view.mission.directory);
  await requireMergeableParts(ports, view);
}

async function requireMergeableParts(ports: MergePorts, view: MissionView): Promise<void> {
  await requireNotLost(() => ports.lanes(), view);
  await requireMergeableLanes(() => ports.lanes(), view);
}

async function record(
  ports: MergePorts,
  view: MissionView,
  { mode, request, fromCommit }: { mode: string; request: AcceptRequest; fromCommit: string | null },
): Promise<{ acceptance: Acceptance; already: boolean }> {
  const { mission } = view;
  return ports.log.append<{ acceptance: Acceptance; already: boolean }>(mission, 'accept', (log) => {
    requireUnmerged(mission.directory, log);
    const state = reduce(log);
    // Another run may have accepted the same meanwhile.
    const standing = latestAcceptance(log);
    if (standing && isAccepted(standing, state, mission.meta))
      return { rows: [], value: { acceptance: standing, already: true } };
    const readiness = readinessOf({ ...view, state, acceptance: standing });
    if (!readiness.ok) throw notReady(readiness, { ...view, state });
    const target = targetBranch(mission.meta);
    const writer = new RowWriter({ ...ports, mission }, log);
    const settled = [...state.packages].filter(([, known]) => isSettled(known.slot.lane));
    const commits = Object.fromEntries(settled.map(([id, { commit }]) => [id, commit]));
    const row = writer.lifecycle(
      MISSION_ACCEPTED,
      { id: mission.missionId, type: 'Mission' },
      {
        accepted_by: request.actor,
        acceptance_mode: mode,
        from_commit: fromCommit,
        target_branch: target,
        mission_slug: mission.directory,
        commits,
      },
    );
    const acceptance = { at: row.timestamp ?? '', by: request.actor, mode, target, fromCommit, commits };
    return { rows: [row], value: { acceptance, already: false } };
  });
}

/**
 * Writes the fields of L§8.1 that other tools read; the event is what we go by.
 *
 * After the event: the file alone would say that something is accepted which is not. An interrupted command is made
 * good by its next run.
 */
async function describeAcceptance(
  ports: MergePorts,
  { directory, missionId, meta: before }: Mission,
  { at, by, mode, fromCommit }: Acceptance,
): Promise<void> {
  if (before.accepted_at === at) return;
  const entry = {
    accepted_at: at,
    accepted_by: by,
    acceptance_mode: mode,
    ...(fromCommit === null ? {} : { accepted_from_commit: fromCommit }),
  };
  await ports.lock.hold(`mission-${missionId}`, 'accept', async () => {
    // Read again: another command may have written it since.
    const { meta } = (await ports.view(directory)).mission;
    if (meta.accepted_at === at) return;
    const history = [...(meta.acceptance_history ?? []), entry].slice(-HISTORY);
    ports.files.rewrite(
      `kitty-specs/${directory}/meta.json`,
      documentJson({ ...meta, ...entry, acceptance_history: history }),
    );
  });
}

async function commitAcceptance(
  ports: MergePorts,
  { mission }: MissionView,
  since: string | null,
): Promise<string | undefined> {
  await ports.unite(mission, 'accept');
  const message = `Accept ${mission.directory}\n\nSpec-Kitty-Command: accept\nSpec-Kitty-Mission: ${mission.missionId}\n`;
  const commits = await ports.commits();
  return commits.commit(mission.directory, { branch: targetBranch(mission.meta), since, message });
}

function notReady(readiness: Readiness, { mission, packages, state }: MissionView): Fault {
  const { directory: handle, meta, files } = mission;
  const ids = packages.map(({ id }) => id);
  const gone = packagesWithoutFile(ids, state);
  const list = readiness.failedChecks.map(({ detail }) => detail).join('; ');
  return new Fault('refused', 'MISSION_NOT_READY', `The mission cannot be accepted: ${list}.`, {
    hints: [
      ...(gone.length > 0 ? fileHints({ directory: handle, target: targetBranch(meta) }, gone) : []),
      ...answerHints(unanswered(readDecisions(files.read(DECISIONS))), handle),
      ...matrixHints(readiness.matrices, handle),
      `Run \`spec-kitty next --mission ${shellWord(handle)}\` to see what is left.`,
    ],
    details: {
      failed_checks: readiness.failedChecks,
      incomplete_wps: readiness.incomplete,
      missing_artifacts: readiness.missingArtifacts,
    },
  });
}
