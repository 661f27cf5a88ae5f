import { MERGE_STRATEGIES } from '@spec-kitty/core/project/merge-strategy';
import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { merge } from './merge.ts';

export const mergeCommand = command<Parameters<typeof merge>[0], []>({
  brief: 'Bring the reviewed commits of a mission to its target branch',
  details:
    'The merge is made beside every checkout, proved path by path and validated; a conflict leaves everything as it ' +
    'was. Then the checkouts and the target move. Exactly the reviewed commits are merged. Old tips stay under ' +
    'refs/spec-kitty/backup/.',
  examples: [
    'spec-kitty merge --mission invoice-export --dry-run',
    'spec-kitty merge --mission invoice-export --explain',
    'spec-kitty merge --mission invoice-export --json',
    'spec-kitty merge --mission invoice-export --train',
    'spec-kitty merge --mission invoice-export --to-branch',
    'spec-kitty merge --mission invoice-export --landed',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      actor: optionalText('Who merges', 'NAME'),
      strategy: {
        kind: 'enum',
        brief: 'How the lanes come to the target; merge.strategy of the project, else squash',
        values: MERGE_STRATEGIES,
        optional: true,
      },
      toBranch: {
        kind: 'boolean',
        brief:
          "Leave the merge on the mission's branch for a pull request; the default of a mission that is pr_bound",
        optional: true,
      },
      landed: switchFlag('Prove that the target has the work already, and record it'),
      train: {
        kind: 'boolean',
        brief:
          'Where lanes conflict or the validation fails, find the package that does it, send it back and merge the rest; merge.train of the project, else not',
        optional: true,
      },
      dryRun: switchFlag('Make the merge, report it and move nothing'),
      explain: switchFlag('Show who changed what of the paths that conflict, and move nothing'),
      resume: switchFlag('Finish a merge that was interrupted'),
      abort: switchFlag('Undo a merge that was interrupted'),
      withoutAcceptance: switchFlag('Merge although the mission is not accepted; recorded'),
      commit: { kind: 'boolean', brief: "Commit the mission's files on top", default: true },
      keepWorktree: switchFlag('Leave the lane worktrees where they are'),
      keepBranch: switchFlag('Leave the lane branches where they are'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./merge.ts')).merge,
});
