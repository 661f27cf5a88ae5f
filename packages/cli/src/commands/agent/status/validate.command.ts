import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { validate } from './validate.ts';

export const validateCommand = command<Parameters<typeof validate>[0], []>({
  brief: 'Check every row of the event log',
  details:
    'Finds rows of the wrong form, moves that no rule allows, and work that is done without a review. A status.json ' +
    'that differs from the log is a warning. Exits 1 when there are errors.',
  examples: [
    'spec-kitty agent status validate --mission invoice-export',
    'spec-kitty agent status validate --json',
  ],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./validate.ts')).validate,
});
