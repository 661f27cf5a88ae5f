import { KEPT_DAYS } from '@spec-kitty/core/recovery/kept-days';
import { command, group } from '../../command/build.ts';
import { jsonFlag, optionalText, switchFlag } from '../../command/flags.ts';
import { parseDays } from '../../command/parse-days.ts';
import type { recoverList } from './recover-list.ts';
import type { recoverPrune } from './recover-prune.ts';
import type { recoverRestore } from './recover-restore.ts';
import type { recoverShow } from './recover-show.ts';

const id = {
  kind: 'tuple',
  parameters: [{ brief: 'Id of a worktree in the trash, or of a backup', placeholder: 'ID', parse: String }],
} as const;

/** `spec-kitty recover …`: what merging and abandoning have put away, and the way back. */
export const recoverRoutes = group('Bring back worktrees and commits that were put away', {
  list: command<Parameters<typeof recoverList>[0], []>({
    brief: 'List the worktrees in the trash and the backups of branches',
    details:
      'Worktrees that were removed are in .worktrees/.trash/, whole. Commits that branches, reflogs and uncommitted ' +
      'work led to are under refs/spec-kitty/backup/.',
    examples: ['spec-kitty recover list', 'spec-kitty recover list --json'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./recover-list.ts')).recoverList,
  }),
  show: command<Parameters<typeof recoverShow>[0], [id: string]>({
    brief: 'Show one of them, and what brings it back',
    examples: ['spec-kitty recover show 20260105T120000Z-invoice-export-01KE6Z2V-lane-a'],
    parameters: { positional: id, flags: { json: jsonFlag } },
    load: async () => (await import('./recover-show.ts')).recoverShow,
  }),
  restore: command<Parameters<typeof recoverRestore>[0], [id: string]>({
    brief: 'Put a worktree back where it was, or make a branch of a backup',
    details:
      'A worktree comes back with its index, its reflog and every file, and its branch if that is gone. A backup ' +
      'becomes a branch of its old name if that is free, else of recovered/<name>. Nothing is overwritten.',
    examples: [
      'spec-kitty recover restore 20260105T120000Z-invoice-export-01KE6Z2V-lane-a',
      'spec-kitty recover restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C/lane-a --branch second-look',
    ],
    parameters: {
      positional: id,
      flags: { branch: optionalText('Name of the branch that a backup becomes', 'NAME'), json: jsonFlag },
    },
    load: async () => (await import('./recover-restore.ts')).recoverRestore,
  }),
  prune: command<Parameters<typeof recoverPrune>[0], []>({
    brief: 'Delete for good what has been put away for long enough',
    details:
      'Never what is younger, nor a backup that a younger worktree of its lane or a merge under way needs, nor one ' +
      'whose age Git has forgotten.',
    examples: ['spec-kitty recover prune --dry-run', 'spec-kitty recover prune --older-than 90'],
    parameters: {
      flags: {
        olderThan: {
          kind: 'parsed',
          brief: 'Days after which it is long enough',
          placeholder: 'DAYS',
          parse: parseDays,
          default: String(KEPT_DAYS),
        },
        dryRun: switchFlag('Say what would be deleted, and delete nothing'),
        json: jsonFlag,
      },
    },
    load: async () => (await import('./recover-prune.ts')).recoverPrune,
  }),
});
