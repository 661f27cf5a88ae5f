/** Prepares a new worktree as the project asks, once, and only with what the user has trusted. */
export interface WorkspaceSetup {
  /** @param gitDir Git directory of the worktree; remembers there that it is prepared. */
  runOnce(worktree: string, gitDir: string): Promise<void>;
}
