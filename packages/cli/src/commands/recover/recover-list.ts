import type { AppContext } from '../../context.ts';
import { age } from '../../render/age.ts';
import { byteSize } from '../../render/byte-size.ts';
import { renderTable } from '../../render/table.ts';
import { backupDocument, trashDocument } from './recoverable-document.ts';

/** Lists what can be brought back, the oldest worktree first. */
export async function recoverList(this: AppContext, { json }: { readonly json: boolean }): Promise<void> {
  const recovery = await (await this.workspace()).recovery();
  await recovery.settle();
  const nowMs = this.clock.nowMicros() / 1000;
  const backups = await recovery.backups();
  const trash = recovery.trash().map((entry) => trashDocument(recovery, entry, nowMs));
  const document = {
    trash,
    backups: backups.map((backup) => backupDocument(recovery, backup, nowMs)),
    trash_bytes: trash.reduce((sum, { size_bytes: size }) => sum + size, 0),
  };
  this.show(json, document, () => {
    if (trash.length + backups.length === 0) return 'The trash is empty, and there are no backups.';
    const trashRows = trash.map((one) => [
      one.id,
      age(nowMs - Date.parse(one.removed_at)),
      byteSize(one.size_bytes),
      one.restorable ? (one.branch ?? 'no branch') : 'cannot be put back as it is',
    ]);
    const backupRows = document.backups.map((one) => [
      one.id,
      age(one.made_at === null ? null : nowMs - Date.parse(one.made_at)),
      one.commit.slice(0, 12),
      one.mission_slug ?? '',
      one.subject,
    ]);
    return [
      ...(trashRows.length === 0 ? [] : [renderTable(['WORKTREE', 'AGE', 'SIZE', 'BRANCH'], trashRows)]),
      ...(backupRows.length === 0
        ? []
        : [renderTable(['BACKUP', 'AGE', 'COMMIT', 'MISSION', 'SUBJECT'], backupRows)]),
      'Run `spec-kitty recover restore <id>` to bring one back.',
    ].join('\n\n');
  });
}
