import { Fault } from '@spec-kitty/core/fault';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly branch?: string;
  readonly json: boolean;
}

/** Brings one thing back. */
export async function recoverRestore(this: AppContext, { branch, json }: Flags, id: string): Promise<void> {
  const recovery = await (await this.workspace()).recovery();
  await recovery.settle();
  const found = await recovery.find(id);
  if (found.kind === 'backup') {
    const made = await recovery.restoreBranch(found.backup, branch);
    const { ref, commit } = found.backup;
    this.show(
      json,
      { result: 'success', kind: 'backup', id, ref, branch: made, commit },
      () => `Made the branch ${made} at ${commit.slice(0, 12)}; the backup stays.`,
    );
    return;
  }
  if (branch !== undefined) {
    throw new Fault(
      'usage',
      'USAGE_ERROR',
      '--branch names the branch of a backup; a worktree has its own.',
      {
        hints: ['Leave --branch out.'],
      },
    );
  }
  const restored = await recovery.restore(found.entry);
  const document = {
    result: 'success',
    kind: 'worktree',
    id,
    workspace_path: restored.path,
    branch: restored.branch,
    branch_made: restored.branchMade,
  };
  this.show(json, document, () =>
    [
      `The worktree is back as it was: ${restored.path}`,
      ...(restored.branch === null
        ? []
        : [`Its branch, ${restored.branch}, ${restored.branchMade ? 'was made again' : 'was there'}.`]),
    ].join('\n'),
  );
}
