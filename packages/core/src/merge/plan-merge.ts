import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { packagesWithoutFile } from '../mission/readiness.ts';
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
  | { readonly code: 'ACCEPTANCE_REQUIRED' }
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
  /** Packages that need not be finished, as nobody merges now; a lane takes part with what is approved of it. */
  readonly aside?: ReadonlySet<string> | undefined;
}

/** Plans a merge from the event log alone: it takes what was reviewed, whatever the branches hold by now. */
export function planMerge(input: MergeInput): MergePlan | MergeRefusal {
  const { state } = input;
  const laneOf = (wp: string) => state.packages.get(wp)?.slot.lane ?? 'genesis';
  const incomplete = [...input.packages, ...packagesWithoutFile(input.packages, state)]
    .map((wp) => ({ wp, lane: laneOf(wp) }))
    .filter(({ lane }) => lane !== 'approved' && lane !== 'done' && lane !== 'canceled')
    .filter(({ wp }) => input.aside?.has(wp) !== true);
  if (incomplete.length > 0) return { code: 'MISSION_NOT_READY', incomplete };

  const completes = input.packages.filter((wp) => laneOf(wp) === 'approved');
  if (completes.length === 0) return { code: 'NOTHING_TO_MERGE' };
  if (!input.accepted && !input.withoutAcceptance) return { code: 'ACCEPTANCE_REQUIRED' };

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
  return {
    lanes: lanes.filter(({ laneId }) => laneId !== 'lane-planning'),
    planning: lanes.find(({ laneId }) => laneId === 'lane-planning')?.packages ?? [],
    completes,
    unaccepted: !input.accepted,
  };
}
