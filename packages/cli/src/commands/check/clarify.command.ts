import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag } from '../../command/flags.ts';
import type { clarify } from './clarify.ts';

export const clarifyCommand = command<Parameters<typeof clarify>[0], []>({
  brief: 'List the open questions of a mission',
  details:
    'Unresolved NEEDS CLARIFICATION markers of spec.md and plan.md, and open decisions, each with file and line. ' +
    'Acceptance refuses a marker, and next waits for a decision.',
  examples: ['spec-kitty clarify --mission invoice-export'],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./clarify.ts')).clarify,
});
