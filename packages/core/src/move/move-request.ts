/** Actor of a move of which nobody says who makes it. */
const ANYBODY = 'user';

/** Lanes whose events say who works on a package. */
const WORKING: ReadonlySet<string> = new Set(['claimed', 'in_progress', 'for_review', 'in_review']);

/** Who moves a package into these lanes: whose machine it is says who decides, and nothing of who did the work. */
export function actorOf(
  { agent, person }: Pick<MoveRequest, 'agent' | 'person'>,
  lanes: readonly string[],
): string {
  return agent ?? (lanes.some((lane) => WORKING.has(lane)) ? undefined : person) ?? ANYBODY;
}

/** What `move-task` was asked to do; absent means not given. */
export interface MoveRequest {
  readonly mission: string | undefined;
  readonly wp: string;
  readonly to: string;
  readonly agent: string | undefined;
  /** Name of the person whose machine it is, where Git knows one. */
  readonly person?: string | undefined;
  readonly note: string | undefined;
  readonly force: boolean;
  readonly reviewer?: string | undefined;
  readonly approvalRef?: string | undefined;
  /** Text of the review that sends a package back. */
  readonly feedback?: string | undefined;
  readonly doneOverrideReason?: string | undefined;
  /** Commits of other packages, by id, that the work rests on since its claim. */
  readonly builtOn?: Readonly<Record<string, string>>;
  readonly assignee?: string | undefined;
  /** What whoever drives the move has found out; recorded beside our own facts, never in place of them. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
  /** An approval by the implementer, allowed only with force and with both reasons. */
  readonly selfReview?: { readonly intendedReviewer: string; readonly failureReason: string } | undefined;
}
