import { DECISIONS, readDecisions } from '../mission/decisions.ts';
import { isSettled } from '../status/package-state.ts';
import { acceptedElsewhere, isAccepted } from '../status/acceptance.ts';
import { readinessOf, unclearDocuments } from '../mission/readiness.ts';
import { documentSteps, type MissionType, missionType } from '../mission/mission-types.ts';
import { fileHints, packagesWithoutFile, withoutFile } from '../log/packages-without-file.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { requireFiles } from '../mission/require-branch.ts';
import { openProposal } from '../log/latest-proposal.ts';
import { shellWord } from '../shell-word.ts';
import { decideNext, isFinalized, type NextDecision, type NextPackage } from './decide-next.ts';
import { nextPackages } from './next-packages.ts';
import { wasMerged } from './is-open.ts';
import { openDecisions } from './open-decisions.ts';

/** Whether there is nothing left but acceptance: readiness is worth asking for only then. */
function isFinished(packages: readonly NextPackage[], type: MissionType | undefined): boolean {
  if (packages.length === 0) return type?.needsPackages === false;
  return isFinalized(packages) && packages.every(({ lane }) => lane === 'canceled' || isSettled(lane));
}

/** Decides what a mission needs next from its files and its log. @throws Fault `MISSION_NOT_ON_BRANCH` when no branch has them. */
export function askNext(view: MissionView, agent: string | null): NextDecision {
  requireFiles(view.mission);
  const { files, meta } = view.mission;
  const packages = nextPackages(view);
  const type = missionType(meta.mission_type);
  const planned = isFinalized(packages);
  const accepted = isAccepted(view.acceptance, view.state, meta);
  const merged = wasMerged(meta, view.merge);
  const closing = !merged && isFinished(packages, type);
  const decisions = readDecisions(files.read(DECISIONS));
  const decision = decideNext({
    agent,
    packages,
    openDecisions: openDecisions(decisions),
    type,
    // Once the packages are finalized the documents no longer matter, and reading them would cost time.
    documents: planned || type === undefined ? [] : documentSteps(type, files),
    unclear: planned ? [] : unclearDocuments(files, decisions),
    typeName: meta.mission_type ?? null,
    accepted,
    merged,
    abandoned: view.abandoned,
    proposed: proposedOn(view),
    mission: view.mission.directory,
    target: targetBranch(meta),
    unready: closing ? readinessOf(view).failedChecks.map(({ detail }) => detail) : [],
  });
  return namingMissing(namingProposal(namingTarget(decision, view), view), view);
}

/** Who has corrected the target of an accepted mission wonders why it is to be accepted again. */
function namingTarget(decision: NextDecision, { acceptance, mission: { meta } }: MissionView): NextDecision {
  const before = acceptedElsewhere(acceptance, meta);
  if (before === null || decision.kind !== 'step' || decision.action !== 'accept') return decision;
  const why = `It was accepted for ${before}, and its target branch is ${targetBranch(meta)} now.`;
  return { ...decision, reason: [decision.reason, why].filter(Boolean).join(' ') };
}

/** A merge past a pull request that waits is refused, so that what was reviewed since goes there, too. */
function namingProposal(decision: NextDecision, view: MissionView): NextDecision {
  const branch = openProposal(view);
  if (branch === null || decision.kind !== 'step' || decision.action !== 'merge' || decision.proposed)
    return decision;
  const again = `It is proposed on ${branch} without what was reviewed since; \`spec-kitty merge --to-branch --mission ${shellWord(view.mission.directory)}\` adds that.`;
  return { ...decision, reason: [decision.reason, again].filter(Boolean).join(' ') };
}

/** A mission has not come to its end while a package of its log is open, whether or not a file speaks of it. */
function namingMissing(
  decision: NextDecision,
  { mission: { directory, meta }, packages, state }: MissionView,
): NextDecision {
  const ids = packages.map(({ id }) => id);
  const gone = packagesWithoutFile(ids, state);
  if (gone.length === 0 || decision.kind === 'decision_required') return decision;
  const failures = gone.map(withoutFile);
  const target = targetBranch(meta);
  const said = [`${failures.join('; ')}.`, ...fileHints({ directory, target }, gone)];
  if (decision.kind === 'step' && decision.action !== 'accept' && decision.action !== 'merge')
    return { ...decision, reason: [decision.reason, ...said].filter(Boolean).join(' ') };
  const waits = decision.kind === 'blocked' ? decision : { reason: null, failures: [] };
  return {
    kind: 'blocked',
    reason: [...said, waits.reason].filter(Boolean).join(' '),
    failures: [...failures, ...waits.failures],
  };
}

/** The branch that waits for its pull request; `null` when something has changed since, or it has landed. */
export function proposedOn(view: Pick<MissionView, 'proposal' | 'merge' | 'state'>): string | null {
  const { proposal, state } = view;
  if (proposal === null) return null;
  const moved = [...state.packages].some(([, { slot }]) => (slot.last_transition_at ?? '') > proposal.at);
  return moved ? null : openProposal(view);
}
