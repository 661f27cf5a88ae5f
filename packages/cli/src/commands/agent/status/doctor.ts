import { diagnoseMission } from '@spec-kitty/core/doctor/diagnose-mission';
import type { DoctorFinding } from '@spec-kitty/core/doctor/doctor-finding';
import { Fault } from '@spec-kitty/core/fault';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { directoriesWith } from '@spec-kitty/local/event-log/require-only-directory';
import { hasUnfinishedMerge } from '@spec-kitty/local/merge/unfinished-merge';
import { worktreeFolders } from '@spec-kitty/local/repository/worktree-folders';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly staleClaimedDays: number;
  readonly staleInProgressDays: number;
  readonly mission?: string;
  readonly json: boolean;
}

/** Examines one mission; findings are an answer, and errors among them exit 1. */
export async function doctor(this: AppContext, flags: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(flags.mission);
  const findings = await examine(workspace, mission, flags);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const document = {
    mission_slug: mission.directory,
    healthy: findings.length === 0,
    findings,
    error_count: errors,
    warning_count: findings.length - errors,
  };
  this.show(flags.json, document, () =>
    findings.length === 0
      ? `${mission.directory}: nothing is wrong.`
      : [`${mission.directory}:`, ...findings.map(lines)].join('\n'),
  );
  if (errors > 0) this.exit.code = 1;
}

async function examine(
  workspace: Workspace,
  mission: Mission,
  flags: Flags,
): Promise<readonly DoctorFinding[]> {
  const ports = {
    clock: workspace.clock,
    storedLog: () => workspace.log.stored(mission),
    directories: () => workspace.knownDirectories(),
    directoriesWith: (missionId: string) => directoriesWith(workspace.repository.primary, missionId),
    hasUnfinishedMerge: (missionId: string) => hasUnfinishedMerge(workspace.repository, missionId),
    worktreeFolders: () => worktreeFolders(workspace.repository),
    lanes: () => workspace.lanes(),
    viewOf: () => workspace.viewOf(mission),
  };
  const limits = { claimedDays: flags.staleClaimedDays, inProgressDays: flags.staleInProgressDays };
  try {
    return await diagnoseMission(ports, mission, limits);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Exit code 2 tells a check that could not be made from one that found something.
    throw new Fault('usage', 'DOCTOR_FAILED', `A check could not be made: ${error.message}`, {
      hints: error.hints,
      details: { ...error.details, cause_code: error.code },
      cause: error,
    });
  }
}

function lines({ severity, category, message, recommended_action: action }: DoctorFinding): string {
  return `  ${severity.padEnd(8)} ${message} [${category}]\n           ${action}`;
}
