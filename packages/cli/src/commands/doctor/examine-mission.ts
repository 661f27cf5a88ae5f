import type { StaleLimits } from '@spec-kitty/core/board/stale-limits';
import { diagnoseMission } from '@spec-kitty/core/doctor/diagnose-mission';
import type { DoctorFinding } from '@spec-kitty/core/doctor/doctor-finding';
import { Fault } from '@spec-kitty/core/fault';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { directoriesWith } from '@spec-kitty/local/event-log/require-only-directory';
import { unfinishedMerge } from '@spec-kitty/local/pending-merges/open-merges';
import { worktreeFolders } from '@spec-kitty/local/repository/worktree-folders';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** Diagnoses one mission of a repository. */
export function examineMission(
  workspace: Workspace,
  mission: Mission,
  limits: StaleLimits,
): Promise<readonly DoctorFinding[]> {
  const ports = {
    clock: workspace.clock,
    storedLog: () => workspace.log.stored(mission),
    directories: () => workspace.knownDirectories(),
    directoriesWith: (missionId: string) => directoriesWith(workspace.repository.primary, missionId),
    unfinishedMerge: (missionId: string) => unfinishedMerge(workspace.repository, missionId),
    worktreeFolders: () => worktreeFolders(workspace.repository),
    lanes: () => workspace.lanes(),
    viewOf: () => workspace.viewOf(mission),
  };
  return diagnoseMission(ports, mission, limits);
}

/** Exit code 2 tells a check that could not be made from one that found something. */
export function doctorFailed(error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  return new Fault('usage', 'DOCTOR_FAILED', `A check could not be made: ${error.message}`, {
    hints: error.hints,
    details: { ...error.details, cause_code: error.code },
    cause: error,
  });
}

/** What programs are told besides the findings; `healthy` says what the exit code does, so warnings do not change it. */
export function severityCounts(findings: readonly DoctorFinding[]) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { healthy: errors === 0, error_count: errors, warning_count: findings.length - errors };
}

/** One finding as two lines for a person. */
export function findingLines({
  severity,
  category,
  message,
  recommended_action: action,
}: DoctorFinding): string {
  return `  ${severity.padEnd(8)} ${message} [${category}]\n           ${action}`;
}
