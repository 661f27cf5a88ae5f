import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, proposing } from '../../../command/flags.ts';
import type { listTasks } from './list-tasks.ts';

export const listTasksCommand = command<Parameters<typeof listTasks>[0], []>({
  brief: 'List the work packages of a mission',
  examples: [
    'spec-kitty agent tasks list-tasks --mission invoice-export',
    'spec-kitty agent tasks list-tasks --lane for_review --json',
  ],
  parameters: {
    flags: {
      lane: {
        ...optionalText('Only packages in this lane; genesis lists those that are not finalized', 'LANE'),
        ...proposing('lanes'),
      },
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./list-tasks.ts')).listTasks,
});
