import { counted } from '@spec-kitty/core/counted';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { age } from '../../render/age.ts';
import { byteSize } from '../../render/byte-size.ts';
import { backupDocument, trashDocument } from './recoverable-document.ts';

/** Shows one thing that can be brought back. */
export async function recoverShow(
  this: AppContext,
  { json }: { readonly json: boolean },
  id: string,
): Promise<void> {
  const recovery = await (await this.workspace()).recovery();
  await recovery.settle();
  const found = await recovery.find(id);
  const nowMs = this.clock.nowMicros() / 1000;
  const restore = `spec-kitty recover restore ${shellWord(id)}`;
  if (found.kind === 'worktree') {
    const one = trashDocument(recovery, found.entry, nowMs);
    this.show(json, { kind: 'worktree', ...one }, () =>
      [
        `${one.id}: a worktree, ${REASONS[one.reason ?? 'unknown']} ${age(nowMs - found.entry.removedAtMs)} ago.`,
        `  Files    ${one.path}/worktree (${byteSize(one.size_bytes)})`,
        ...(one.branch === null ? [] : [`  Branch   ${one.branch}`]),
        ...(one.commit === null ? [] : [`  Commit   ${one.commit}`]),
        one.restorable
          ? `Run \`${restore}\` to put it back at .worktrees/${one.folder}.`
          : 'It lacks what Git needs to know it as a worktree; copy what you need.',
      ].join('\n'),
    );
    return;
  }
  const one = {
    ...backupDocument(recovery, found.backup, nowMs),
    commits_on_no_branch: await recovery.commitsOnlyIn(found.backup),
  };
  this.show(json, { kind: 'backup', ...one }, () =>
    [
      `${one.id}: a backup, ${one.made_at === null ? 'of unknown age' : `made ${age(nowMs - Date.parse(one.made_at))} ago`}.`,
      `  Ref      ${one.ref}`,
      `  Commit   ${one.commit} ${one.subject}`,
      `  Mission  ${one.mission_slug ?? one.mission_id}`,
      one.commits_on_no_branch === 0
        ? 'Some branch has all of its commits.'
        : `No branch has ${counted(one.commits_on_no_branch, 'commit')} of it: \`git log ${shellWord(one.ref)}\` shows them.`,
      `Run \`${restore}\` to make a branch of it.`,
    ].join('\n'),
  );
}

const REASONS = {
  merged: 'removed after its merge',
  abandoned: 'removed with its mission',
  leftover: 'found in the place of a lane and moved away',
  unknown: 'put there by somebody else',
} as const;
