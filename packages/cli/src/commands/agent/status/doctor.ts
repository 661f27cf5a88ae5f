import { counted } from '@spec-kitty/core/counted';
import { Fault } from '@spec-kitty/core/fault';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';
import { byteSize } from '../../../render/byte-size.ts';
import { doctorFailed, examineMission, findingLines, severityCounts } from '../../doctor/examine-mission.ts';

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
  const limits = { claimedDays: flags.staleClaimedDays, inProgressDays: flags.staleInProgressDays };
  const findings = await examineMission(workspace, mission, limits).catch((error: unknown) => {
    throw doctorFailed(error);
  });
  const recovery = await putAway(workspace);
  const document = {
    mission_slug: mission.directory,
    ...severityCounts(findings),
    findings,
    recovery,
  };
  this.show(flags.json, document, () =>
    [
      findings.length === 0 ? `${mission.directory}: nothing is wrong.` : `${mission.directory}:`,
      ...findings.map(findingLines),
      ...recoveryLine(recovery),
    ].join('\n'),
  );
  if (!document.healthy) this.exit.code = 1;
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
