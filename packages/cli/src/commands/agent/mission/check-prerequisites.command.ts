import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, switchFlag } from '../../../command/flags.ts';
import type { checkPrerequisites } from './check-prerequisites.ts';

export const checkPrerequisitesCommand = command<Parameters<typeof checkPrerequisites>[0], []>({
  brief: 'Show which planning documents a mission has',
  examples: ['spec-kitty agent mission check-prerequisites --mission invoice-export --json'],
  parameters: {
    flags: {
      mission: missionFlag,
      pathsOnly: switchFlag('Print paths only, and check nothing'),
      includeTasks: switchFlag('Also require tasks.md and the work packages'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./check-prerequisites.ts')).checkPrerequisites,
});
