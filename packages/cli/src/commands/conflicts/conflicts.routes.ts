import { command, group } from '../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, optionalText } from '../../command/flags.ts';
import type { conflictsAbort, conflictsContinue, conflictsStart } from './conflicts.ts';

const flags = {
  mission: missionFlag,
  lane: optionalText('Lane whose conflicts are meant, where there are several', 'LANE'),
  json: jsonFlag,
};

/** `spec-kitty conflicts …`: what keeps a mission from being merged is resolved on its lane, and reviewed. */
export const conflictsRoutes = group('Resolve what keeps a mission from being merged', {
  start: command<Parameters<typeof conflictsStart>[0], []>({
    brief: 'Open the conflicts of a lane in a folder of their own',
    details:
      'The reviewed commit of the lane is checked out below the Git directory, and what it meets is merged into it: the ' +
      'target and the lanes merged before. Conflict markers are left in the files. No branch moves. With --lane, packages ' +
      'of other lanes may be worked on meanwhile: what is approved of them takes part.',
    examples: ['spec-kitty conflicts start --mission invoice-export --lane lane-b'],
    parameters: { flags },
    load: async () => (await import('./conflicts.ts')).conflictsStart,
  }),
  continue: command<Parameters<typeof conflictsContinue>[0], []>({
    brief: 'Commit a resolution to its lane and send it to review',
    details:
      'Nothing may be unmerged, unstaged or marked as conflicting, and the validation of the project has to pass. The ' +
      "lane's branch and worktree get a merge commit, and its last package goes to review.",
    examples: ['spec-kitty conflicts continue --mission invoice-export'],
    parameters: { flags: { ...flags, agent: agentFlag } },
    load: async () => (await import('./conflicts.ts')).conflictsContinue,
  }),
  abort: command<Parameters<typeof conflictsAbort>[0], []>({
    brief: 'Remove the folder of a resolution; what was done there is kept as a backup',
    examples: ['spec-kitty conflicts abort --mission invoice-export'],
    parameters: { flags },
    load: async () => (await import('./conflicts.ts')).conflictsAbort,
  }),
});
