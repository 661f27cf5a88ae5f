import { counted } from '@spec-kitty/core/counted';
import { planPrune, type PrunePlan } from '@spec-kitty/core/recovery/plan-prune';
import { hasUnfinishedMerge } from '@spec-kitty/local/pending-merges/unfinished-merge';
import type { AppContext } from '../../context.ts';
import { byteSize } from '../../render/byte-size.ts';
import { backupDocument, trashDocument } from './recoverable-document.ts';

interface Flags {
  readonly olderThan: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Deletes what is old enough, or says what would be. */
export async function recoverPrune(this: AppContext, { olderThan, dryRun, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const recovery = await workspace.recovery();
  await recovery.settle();
  const backups = await recovery.backups();
  const nowMs = this.clock.nowMicros() / 1000;
  const missions = new Set(backups.map(({ missionId }) => missionId));
  const merging = new Set([...missions].filter((id) => hasUnfinishedMerge(workspace.repository, id)));
  const plan = planPrune({ trash: recovery.trash(), backups, nowMs, olderThanDays: olderThan, merging });
  const trash = plan.trash.map((entry) => trashDocument(recovery, entry, nowMs));
  const bytes = trash.reduce((sum, { size_bytes: size }) => sum + size, 0);
  if (!dryRun) await recovery.erase(plan.trash, plan.backups);
  const document = {
    result: 'success',
    dry_run: dryRun,
    older_than_days: olderThan,
    trash,
    backups: plan.backups.map((backup) => backupDocument(recovery, backup, nowMs)),
    needed_backups: plan.needed.map(({ id }) => id),
    undated_backups: plan.undated.map(({ id }) => id),
    trash_bytes: bytes,
  };
  this.show(json, document, () => sentences(plan, { olderThan, dryRun, bytes }).join('\n'));
}

function sentences(
  { trash, backups, needed, undated }: PrunePlan,
  { olderThan, dryRun, bytes }: { olderThan: number; dryRun: boolean; bytes: number },
): readonly string[] {
  const names = [...trash, ...backups].map(({ id }) => `  ${id}`);
  const what = `${counted(trash.length, 'worktree')} (${byteSize(bytes)}) and ${counted(backups.length, 'backup')}`;
  return [
    names.length === 0
      ? `Nothing has been put away for ${counted(olderThan, 'day')}.`
      : `${dryRun ? 'Would delete' : 'Deleted'} ${what}:`,
    ...names,
    ...(needed.length === 0
      ? []
      : [`Kept, as a younger worktree or a merge needs them: ${needed.map(({ id }) => id).join(', ')}.`]),
    ...(undated.length === 0
      ? []
      : [`Kept, as their age is not known: ${undated.map(({ id }) => id).join(', ')}.`]),
  ];
}
