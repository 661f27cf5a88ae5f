import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag } from '../../command/flags.ts';
import type { tasks } from './tasks.ts';

export const tasksCommand = command<Parameters<typeof tasks>[0], []>({
  brief: 'Create tasks.md once the plan has substance',
  details:
    'Writes a tasks.md to fill in, with the requirements that packages have to deliver, if there is none. Refuses while ' +
    'spec.md or plan.md is missing or a scaffold. The packages themselves are files of tasks/, whose README.md shows the form.',
  examples: ['spec-kitty tasks --mission invoice-export'],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./tasks.ts')).tasks,
});
