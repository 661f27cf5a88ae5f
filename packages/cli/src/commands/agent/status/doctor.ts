import { counted } from '@spec-kitty/core/counted';
import { diagnoseMission } from '@spec-kitty/core/doctor/diagnose-mission';
import type { DoctorFinding } from '@spec-kitty/core/doctor/doctor-finding';
import { Fault } from '@spec-kitty/core/fault';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { directoriesWith } from '@spec-kitty/local/event-log/require-only-directory';
import { hasUnfinishedMerge } from '@spec-kitty/local/pending-merges/unfinished-merge';
import { worktreeFolders } from '@spec-kitty/local/repository/worktree-folders';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';
import { byteSize } from '../../../render/byte-size.ts';

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
  const recovery = await putAway(workspace);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const document = {
    mission_slug: mission.directory,
    healthy: findings.length === 0,
    findings,
    error_count: errors,
    warning_count: findings.length - errors,
    recovery,
  };
  this.show(flags.json, document, () =>
    [
      findings.length === 0 ? `${mission.directory}: nothing is wrong.` : `${mission.directory}:`,
      ...findings.map(lines),
      ...recoveryLine(recovery),
    ].join('\n'),
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

/** What merging and abandoning have put away in the whole repository; `null` where Git may not be asked yet. */
async function putAway(workspace: Workspace) {
  const recovery = await workspace.recovery().catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'NOT_TRUSTED') return undefined;
    throw error;
  });
  if (!recovery) return null;
  const trash = recovery.trash();
  return {
    trash_count: trash.length,
    trash_bytes: trash.reduce((sum, entry) => sum + recovery.sizeOf(entry), 0),
    backup_count: (await recovery.backups()).length,
  };
}

function recoveryLine(found: Awaited<ReturnType<typeof putAway>>): readonly string[] {
  if (!found) return [];
  const { trash_count: worktrees, trash_bytes: bytes, backup_count: backups } = found;
  if (worktrees + backups === 0) return [];
  const what = `${counted(worktrees, 'worktree')} in the trash (${byteSize(bytes)}), ${counted(backups, 'backup')}`;
  return [`Put away: ${what}; \`spec-kitty recover list\` shows them.`];
}

function lines({ severity, category, message, recommended_action: action }: DoctorFinding): string {
  return `  ${severity.padEnd(8)} ${message} [${category}]\n           ${action}`;
}
