import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, wpArgument } from '../../../command/flags.ts';
import type { listDependents } from './list-dependents.ts';

export const listDependentsCommand = command<Parameters<typeof listDependents>[0], [wp: string]>({
  brief: 'Show what a work package depends on and what waits for it',
  examples: ['spec-kitty agent tasks list-dependents WP03 --mission invoice-export --json'],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: { mission: missionFlag, json: jsonFlag },
  },
  load: async () => (await import('./list-dependents.ts')).listDependents,
});
