import { Fault, faultText } from '../fault.ts';
import { mergeMission } from '../merge/merge-mission.ts';
import { resumeMerge } from '../merge/pending-merge.ts';
import type { Merged, NothingMerged, Proposed } from '../merge/merge-request.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { shellWord } from '../shell-word.ts';
import { isJsonObject, text } from '../status/rows/json-value.ts';

/** How the merge of a run ended. */
export interface Landed {
  /** `null` where nothing could land, as everything rests on what was sent back, or a pull request needs it. */
  readonly landed: Merged | Proposed | NothingMerged | null;
  /** Packages that conflict or break the validation of the merged result, and are planned again. */
  readonly sentBack: readonly { readonly wp: string; readonly reason: string }[];
  /** How often the validation ran. */
  readonly validations: number;
}

/** Who merges what, and whether the mission's own files are committed on top. */
interface LandRequest {
  readonly mission: string;
  readonly actor: string;
  readonly commit: boolean;
  /** Whether the run is to stop. */
  readonly isCalledOff?: () => boolean;
}

/**
 * Merges what a run has got approved, as a train: what conflicts or breaks the validation goes back, and the rest lands. One that was
 * interrupted is finished first.
 *
 * @throws Fault for whatever else keeps it from being merged.
 */
export async function landMission(ports: MergePorts, request: LandRequest): Promise<Landed> {
  try {
    const landed = await mergeMission(ports, {
      ...request,
      strategy: undefined,
      destination: undefined,
      withoutAcceptance: false,
      dryRun: false,
      keepWorktrees: false,
      keepBranches: false,
      train: true,
    });
    if (landed.kind === 'nothing') return { landed, sentBack: [], validations: 0 };
    const { train, validation } = landed;
    const sentBack = train?.sentBack.map(({ wp, reason }) => ({ wp, reason })) ?? [];
    return { landed, sentBack, validations: train?.validations ?? (validation === null ? 0 : 1) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { sent_back: back, validations = 0 } = error.details;
    if (!Array.isArray(back)) throw error;
    const rows = back.filter(isJsonObject);
    const sentBack = rows.map((row) => ({ wp: text(row['wp_id']), reason: text(row['reason']) }));
    return { landed: null, sentBack, validations: Number(validations) };
  }
}

/** Finishes a merge that was interrupted, if there is one: until then no package of the mission can be taken up. */
export async function finishLanding(ports: MergePorts, mission: string): Promise<void> {
  try {
    await resumeMerge(ports, { mission, keepWorktrees: false, keepBranches: false });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'NO_MERGE_PENDING') throw error;
  }
}

/** Why a run does not get on with its last steps, with what a person can do: it has not the options of the commands for these. */
export function whyNotClosed(fault: Fault, mission: string): string {
  const instead = `; or \`spec-kitty accept --no-commit --mission ${shellWord(mission)}\` accepts it without a commit.`;
  const hints = fault.hints.map((hint) => hint.replace(/[,;] or pass --no-commit\.$/, () => instead));
  return faultText({ message: fault.message, hints });
}
