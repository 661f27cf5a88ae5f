import type { SendingBack } from './send-back.ts';

/** What a train made of a merge that conflicts, or whose validation has failed. */
export interface TrainReport {
  /** Packages that conflict or break it, and are planned again. */
  readonly sentBack: readonly {
    readonly wp: string;
    readonly reason: string;
    /** Relative to the repository. */
    readonly feedbackFile: string;
  }[];
  /** Approved packages that cannot be merged without one of these. */
  readonly waiting: readonly string[];
  /** Merges that failed, and passed when the same was validated again. */
  readonly unsteady: readonly { readonly packages: readonly string[]; readonly output: string }[];
  /** How often the validation ran. */
  readonly validations: number;
}

/** The same before anybody is told. */
export interface TrainOutcome extends Omit<TrainReport, 'sentBack'> {
  readonly back: readonly SendingBack[];
}

/** What is told of it. */
export function reportOf(train: TrainOutcome): TrainReport {
  const { back, ...rest } = train;
  const sentBack = back.map(({ wp, reason, cycle }) => ({ wp: wp.id, reason, feedbackFile: cycle.file }));
  return { sentBack, ...rest };
}

/** Feedback for what goes back, by path relative to the repository. */
export function feedbackOf({ back }: Pick<TrainOutcome, 'back'>): Readonly<Record<string, string>> {
  return Object.fromEntries(back.map(({ cycle }) => [cycle.file, cycle.text]));
}
