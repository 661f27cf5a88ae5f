/** Prepares a new worktree as the project asks, and only with what the user has trusted. */
export interface WorkspaceSetup {
  /** Repeatable: an interrupted preparation is run again from the start. */
  run(worktree: string): Promise<void>;
}
