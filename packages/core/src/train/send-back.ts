import type { NewRow } from '@spec-kitty/protocol/status-row';
import { numbered } from '../counted.ts';
import { few } from '../few.ts';
import { listed } from '../listed.ts';
import { findPackage } from '../mission/find-package.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { MoveRequest } from '../move/move-request.ts';
import { moveRows } from '../move/move-rows.ts';
import { planRejection, type ReviewCycle } from '../move/reject-package.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { LaneCommit } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { shellWord } from '../shell-word.ts';
import { explainRefusal } from '../status/explain-refusal.ts';
import { planHops } from '../status/plan-hops.ts';
import { reduce } from '../status/reduce.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import type { Culprit } from './cut-train.ts';

/** Who sends packages back that break a merge or conflict in it: nobody has read them anew. */
const TRAIN = 'merge-train';

/** A package that goes back, with the record of why. */
export interface SendingBack {
  readonly wp: WorkPackage;
  readonly request: MoveRequest;
  readonly cycle: ReviewCycle;
  /** In one sentence, for people. */
  readonly reason: string;
  /** Whether it could not even be merged. */
  readonly conflicts: boolean;
}

/** What a merge was that packages broke. */
interface Broken {
  readonly culprits: readonly Culprit[];
  /** Packages that land without them. */
  readonly lands: readonly string[];
  /** Everything that was to be merged. */
  readonly lanes: readonly LaneCommit[];
}

/**
 * Plans to send culprits back, as a review would that asks for changes. @throws Fault `MISSION_NOT_CHECKED_OUT` or the like,
 * where the feedback has no place.
 */
export async function planSendingBack(
  ports: Pick<WorkPorts, 'branch'>,
  view: MissionView,
  { culprits, ...others }: Broken,
): Promise<readonly SendingBack[]> {
  const back: SendingBack[] = [];
  for (const culprit of culprits) {
    for (const id of culprit.unit.packages) {
      const wp = findPackage(view, id);
      const reason = reasonOf(culprit);
      const request: MoveRequest = {
        mission: view.mission.directory,
        wp: id,
        to: 'planned',
        agent: TRAIN,
        note: isConflict(culprit)
          ? 'it conflicts with what is merged before it'
          : 'the merged result fails the validation with it, and passes without',
        force: false,
        feedback: feedbackText(view, { culprit, reason, ...others }),
      };
      const before = view.state.packages.get(id);
      const cycle = await planRejection(ports, view, { wp, before, request });
      if (cycle) back.push({ wp, request, cycle, reason, conflicts: isConflict(culprit) });
    }
  }
  return back;
}

/** Rows that send packages back, decided on the log as it is under the lock. @throws Fault where one is not approved any more. */
export function sendBackRows(
  ports: Pick<WorkPorts, 'clock' | 'ids'>,
  { mission }: Pick<MissionView, 'mission'>,
  { back, log }: { readonly back: readonly SendingBack[]; readonly log: LogRows },
): readonly NewRow[] {
  const rows: NewRow[] = [];
  const { packages } = reduce(log);
  for (const { wp, request, cycle } of back) {
    const now = packages.get(wp.id);
    const decision = planHops(now, {
      wpId: wp.id,
      to: request.to,
      actor: TRAIN,
      reason: cycle.reason,
      reviewRef: cycle.result.reference,
      reviewResult: cycle.result,
    });
    if (!decision.ok) throw explainRefusal(decision.refusal, mission.directory);
    const decided = { mission, wp, request, rejection: cycle, now, steps: decision.value };
    rows.push(...moveRows(ports, withRows(log, rows), { ...decided, facts: factsOf(wp) }));
  }
  return rows;
}

/** A log with rows at its end: what is written next must be younger. */
export function withRows(log: LogRows, rows: readonly NewRow[]): LogRows {
  return {
    ...log,
    laneEvents: [...log.laneEvents, ...rows.filter((row) => 'to_lane' in row)],
    annotations: [...log.annotations, ...rows.filter((row) => 'delta' in row)],
  };
}

/** What is not asked of a move that only goes back. */
function factsOf({ executionMode }: WorkPackage) {
  return {
    commit: null,
    implemented: false,
    landing: null,
    changedOutsideOwned: [],
    undone: null,
    workspace: null,
    executionMode: executionMode === 'planning_artifact' ? ('direct_repo' as const) : ('worktree' as const),
  };
}

interface Telling extends Omit<Broken, 'culprits'> {
  readonly culprit: Culprit;
  readonly reason: string;
}

function isConflict({ failure }: Culprit): boolean {
  return failure.conflicts.length > 0;
}

function reasonOf(culprit: Culprit): string {
  const { unit, failure, beside } = culprit;
  const names = listed(unit.packages);
  if (!isConflict(culprit))
    return `The merged result fails the validation with ${names}, and passes without.`;
  const met = beside.length === 0 ? 'the target' : 'what is merged before it';
  return `${names} ${numbered(unit.packages, 'conflicts', 'conflict')} with ${met} in ${few(failure.conflicts)}.`;
}

function feedbackText(view: MissionView, telling: Telling): string {
  const { culprit, reason } = telling;
  const others =
    culprit.unit.packages.length > 1
      ? ['They share a commit, so it cannot be told which of them it is.']
      : [];
  const parts = isConflict(culprit) ? conflictText(view, telling) : failureText(view, telling);
  return [[reason, ...others].join(' '), ...parts].join('\n\n');
}

/** What the conflict is with, and where it can be resolved: in the lane, as part of the work. */
function conflictText(view: MissionView, { culprit, lands, lanes }: Telling): readonly string[] {
  const { beside } = culprit;
  const target = targetBranch(view.mission.meta);
  const waits = lanes.filter(({ packages }) =>
    packages.some((wp) => beside.includes(wp) && !lands.includes(wp)),
  );
  const merges = [target, ...waits.map(({ commit }) => commit)].map(
    (one) => `\`git merge ${shellWord(one)}\``,
  );
  return [
    ...(beside.length === 0 ? [] : [`Merged before it: ${listed(beside)}.`]),
    `${merges.join(', then ')} in the lane shows the conflict there. Resolve it so that both sides keep what they are for, and commit that.`,
  ];
}

function failureText(view: MissionView, { culprit, lands }: Telling): readonly string[] {
  const { beside, failure, unit } = culprit;
  const target = targetBranch(view.mission.meta);
  const landed = beside.filter((wp) => lands.includes(wp));
  const merged =
    beside.length === 0
      ? `${listed(unit.packages)} was merged alone when it failed.`
      : `Merged before it, and passing without it: ${listed(beside)}. It may be one of these that it does not go together with.`;
  const again =
    landed.length === 0
      ? []
      : [
          `${listed(landed)} ${landed.length === 1 ? 'is' : 'are'} on ${target} now: \`git merge ${shellWord(target)}\` in the lane shows the failure there.`,
        ];
  return [
    [merged, ...again].join(' '),
    'The end of what the `validation.command` of the project printed:',
    failure.output
      .split('\n')
      .map((line) => `    ${line}`.trimEnd())
      .join('\n'),
  ];
}
