/** Actor of a move that names none. */
export const ANYBODY = 'user';

/** What `move-task` was asked to do; absent means not given. */
export interface MoveRequest {
  readonly mission: string | undefined;
  readonly wp: string;
  readonly to: string;
  readonly agent: string | undefined;
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
  /** An approval by the implementer, allowed only with force and with both reasons. */
  readonly selfReview?: { readonly intendedReviewer: string; readonly failureReason: string } | undefined;
}
