/** Name of the lock under which a lane's branch and worktree are made, moved or put away. */
export function laneLock({ missionId }: { readonly missionId: string }, laneId: string): string {
  return `lane-${missionId}-${laneId}`;
}
