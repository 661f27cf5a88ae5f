import { command } from '../../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, requiredText, wpArgument } from '../../../command/flags.ts';
import type { addHistory } from './add-history.ts';

export const addHistoryCommand = command<Parameters<typeof addHistory>[0], [wp: string]>({
  brief: 'Add a note to the history of a work package',
  details: 'The note goes into the event log. Works on any branch.',
  examples: [
    'spec-kitty agent tasks add-history WP03 --note "blocked: the test server is down" --agent claude',
  ],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: {
      note: requiredText('What happened', 'TEXT'),
      agent: agentFlag,
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./add-history.ts')).addHistory,
});
