import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { merge } from './merge.ts';

export const mergeCommand = command<Parameters<typeof merge>[0], []>({
  brief: 'Bring the reviewed commits of a mission to its target branch',
  details:
    'The merge is made in a scratch worktree and validated there; a conflict leaves everything as it was. Then the ' +
    'target moves once. Exactly the reviewed commits are merged. Old tips stay under refs/spec-kitty/backup/.',
  examples: [
    'spec-kitty merge --mission invoice-export --dry-run',
    'spec-kitty merge --mission invoice-export --json',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      actor: optionalText('Who merges', 'NAME'),
      dryRun: switchFlag('Make the merge, report it and move nothing'),
      withoutAcceptance: switchFlag('Merge although the mission is not accepted; recorded'),
      commit: { kind: 'boolean', brief: "Commit the mission's files on top", default: true },
      keepWorktree: switchFlag('Leave the lane worktrees where they are'),
      keepBranch: switchFlag('Leave the lane branches where they are'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./merge.ts')).merge,
});
