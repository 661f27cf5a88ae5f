/** Prepares a new worktree as the project asks, and only with what the user has trusted. */
export interface WorkspaceSetup {
  /** Asked before a worktree is made, so that a refusal leaves nothing behind. @throws Fault `NOT_TRUSTED`. */
  requireAllowed(): Promise<void>;
  /** Repeatable: an interrupted preparation is run again from the start. */
  run(worktree: string): Promise<void>;
}
