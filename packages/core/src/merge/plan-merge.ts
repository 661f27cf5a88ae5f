import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { laneNotFound } from '../execution-lanes/lane-context.ts';
import { Fault } from '../fault.ts';
import { laneWords } from '../lane-words.ts';
import { filesGone, type PackageWithoutFile, packagesWithoutFile } from '../log/packages-without-file.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { LaneCommit } from '../ports/integration.ts';
import { shellWord } from '../shell-word.ts';
import type { LogState } from '../status/reduce.ts';

/** The commit of one lane that reviews approved, and the packages whose work it holds. */
export interface LaneMerge {
  readonly laneId: string;
  readonly packages: readonly string[];
  /** Approved commits in lane order; the last one must contain all others. `null`: approved without a record. */
  readonly commits: readonly (string | null)[];
}

/** Which lanes a merge takes, in the order in which it takes them. */
export interface MergePlan {
  readonly lanes: readonly LaneMerge[];
  /** Packages of `lane-planning`: their work is on the target already. */
  readonly planning: readonly string[];
  /** Packages that become done. */
  readonly completes: readonly string[];
  /** Nobody has accepted what is merged, or it was judged otherwise since. */
  readonly unaccepted: boolean;
}

/** Why a mission cannot be merged now. */
export type MergeRefusal =
  | {
      readonly code: 'MISSION_NOT_READY';
      readonly incomplete: readonly { readonly wp: string; readonly lane: string }[];
    }
  | { readonly code: 'WORK_PACKAGE_FILE_GONE'; readonly gone: readonly PackageWithoutFile[] }
  | { readonly code: 'LANE_NOT_FOUND'; readonly wp: string }
  | {
      readonly code: 'ACCEPTANCE_REQUIRED';
      /** Branch that it was accepted for, where that is another one; else `null`. */
      readonly acceptedFor: string | null;
    }
  | { readonly code: 'NOTHING_TO_MERGE' };

/** What {@link planMerge} decides on. */
export interface MergeInput {
  /** Asked only where there is something to merge: old missions have no lanes. */
  readonly manifest: () => LanesManifest;
  readonly state: LogState;
  /** Packages that have a file; one without events is incomplete. */
  readonly packages: readonly string[];
  readonly accepted: boolean;
  readonly withoutAcceptance: boolean;
  readonly acceptedFor?: string | null;
  /** Packages that need not be finished, as nobody merges now; a lane takes part with what is approved of it. */
  readonly aside?: ReadonlySet<string> | undefined;
}

/** Plans a merge from the event log alone: it takes what was reviewed, whatever the branches hold by now. */
export function planMerge(input: MergeInput): MergePlan | MergeRefusal {
  const { state } = input;
  const laneOf = (wp: string) => state.packages.get(wp)?.slot.lane ?? 'genesis';
  const gone = packagesWithoutFile(input.packages, state).filter(({ wp }) => input.aside?.has(wp) !== true);
  if (gone.length > 0) return { code: 'WORK_PACKAGE_FILE_GONE', gone };
  const incomplete = input.packages
    .map((wp) => ({ wp, lane: laneOf(wp) }))
    .filter(({ lane }) => lane !== 'approved' && lane !== 'done' && lane !== 'canceled')
    .filter(({ wp }) => input.aside?.has(wp) !== true);
  if (incomplete.length > 0) return { code: 'MISSION_NOT_READY', incomplete };

  const completes = input.packages.filter((wp) => laneOf(wp) === 'approved');
  if (completes.length === 0) return { code: 'NOTHING_TO_MERGE' };
  if (!input.accepted && !input.withoutAcceptance)
    return { code: 'ACCEPTANCE_REQUIRED', acceptedFor: input.acceptedFor ?? null };

  const approved = new Set(completes);
  const lanes = input
    .manifest()
    .lanes.toSorted((a, b) => a.parallel_group - b.parallel_group || (a.lane_id < b.lane_id ? -1 : 1))
    .map(({ lane_id, wp_ids }) => {
      const packages = wp_ids.filter((wp) => approved.has(wp));
      return {
        laneId: lane_id,
        packages,
        commits: packages.map((wp) => state.packages.get(wp)?.commit ?? null),
      };
    })
    .filter(({ packages }) => packages.length > 0);
  // What is in no lane would become done without its work.
  const lost = completes.find((wp) => lanes.every(({ packages }) => !packages.includes(wp)));
  if (lost !== undefined) return { code: 'LANE_NOT_FOUND', wp: lost };
  return {
    lanes: lanes.filter(({ laneId }) => laneId !== 'lane-planning'),
    planning: lanes.find(({ laneId }) => laneId === 'lane-planning')?.packages ?? [],
    completes,
    unaccepted: !input.accepted,
  };
}

/** Turns a refusal to merge into an error for people and programs; `handle` goes into the commands it names. */
export function explainMergeRefusal(refusal: MergeRefusal, mission: Mission): Fault {
  const { code } = refusal;
  const handle = mission.directory;
  switch (code) {
    case 'WORK_PACKAGE_FILE_GONE':
      return filesGone({ directory: handle, target: targetBranch(mission.meta) }, refusal.gone);
    case 'LANE_NOT_FOUND':
      return laneNotFound(mission, refusal.wp);
    case 'MISSION_NOT_READY': {
      const list = refusal.incomplete.map(({ wp, lane }) => `${wp} is ${laneWords(lane)}`).join(', ');
      return new Fault('refused', code, `The mission is not ready to merge: ${list}.`, {
        hints: [`Run \`spec-kitty next --mission ${shellWord(handle)}\` to see what is left.`],
        details: { incomplete_wps: refusal.incomplete.map(({ wp }) => wp) },
      });
    }
    case 'ACCEPTANCE_REQUIRED':
      return new Fault('refused', code, whyNotAccepted(refusal.acceptedFor, targetBranch(mission.meta)), {
        hints: [
          `Run \`spec-kitty accept --mission ${shellWord(handle)}\`, or add --without-acceptance, which is recorded.`,
        ],
      });
    case 'NOTHING_TO_MERGE':
      return new Fault('refused', code, `${handle} has no work packages.`, {
        hints: [`Run \`spec-kitty next --mission ${shellWord(handle)}\` to see what comes first.`],
      });
  }
}

function whyNotAccepted(before: string | null, target: string): string {
  return before === null
    ? 'The mission is not accepted, or has changed since.'
    : `The mission was accepted for ${before}, and its target branch is ${target} now.`;
}

/** A plan without packages that stay behind. */
export function planWithout(
  plan: MergePlan,
  { stays, lanes }: { readonly stays: ReadonlySet<string>; readonly lanes: readonly LaneCommit[] },
): MergePlan {
  const left = new Set(lanes.flatMap(({ packages }) => packages));
  const planned = plan.lanes.map((lane) => {
    const kept = lane.packages.map((wp, at) => ({ wp, commit: lane.commits[at] ?? null }));
    const here = kept.filter(({ wp }) => left.has(wp));
    return { ...lane, packages: here.map(({ wp }) => wp), commits: here.map(({ commit }) => commit) };
  });
  return {
    ...plan,
    lanes: planned.filter(({ packages }) => packages.length > 0),
    planning: plan.planning.filter((wp) => !stays.has(wp)),
    completes: plan.completes.filter((wp) => !stays.has(wp)),
  };
}
