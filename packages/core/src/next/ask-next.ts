import { isSettled } from '../status/package-state.ts';
import { isAccepted } from '../status/acceptance.ts';
import { readinessOf } from '../mission/readiness.ts';
import { planState, specState } from '../mission/substance.ts';
import { missionNumber } from '../mission/mission-number.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { requireFiles } from '../mission/require-branch.ts';
import { decideNext, isFinalized, type NextDecision } from './decide-next.ts';
import { nextPackages } from './next-packages.ts';
import { openDecisions } from './open-decisions.ts';

/** Decides what a mission needs next from its files and its log. @throws Fault `MISSION_NOT_ON_BRANCH` when no branch has them. */
export function askNext(view: MissionView, agent: string | null): NextDecision {
  requireFiles(view.mission);
  const { files, meta } = view.mission;
  const packages = nextPackages(view);
  const planned = isFinalized(packages);
  const accepted = isAccepted(view.acceptance, view.state, meta);
  // Merges of the predecessor left no row; they gave the mission its number.
  const merged =
    view.merge !== null || meta.baseline_merge_commit !== undefined || missionNumber(meta) !== null;
  const finished = planned && packages.every(({ lane }) => lane === 'canceled' || isSettled(lane));
  const closing = finished && !accepted && !merged;
  return decideNext({
    agent,
    packages,
    openDecisions: openDecisions(files.read('decisions/index.json')),
    // Once the packages are finalized the documents no longer matter, and reading them would cost time.
    spec: planned ? 'substantive' : specState(files.read('spec.md')),
    plan: planned ? 'substantive' : planState(files.read('plan.md')),
    accepted,
    merged,
    unready: closing ? readinessOf(view).failedChecks.map(({ detail }) => detail) : [],
  });
}
