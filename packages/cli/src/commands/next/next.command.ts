import { command } from '../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag } from '../../command/flags.ts';
import type { next } from './next.ts';

export const nextCommand = command<Parameters<typeof next>[0], []>({
  brief: 'Say what a mission needs next',
  details:
    'Decided from the files and the event log alone: asking changes nothing, and asking twice gives the same answer. ' +
    '--result records how the last step went; it does not change what comes next.',
  examples: [
    'spec-kitty next --agent claude --mission invoice-export',
    'spec-kitty next --agent claude --result success --json',
  ],
  parameters: {
    flags: {
      agent: agentFlag,
      mission: missionFlag,
      result: {
        kind: 'enum',
        brief: 'How the last step went',
        values: ['success', 'failed', 'blocked'],
        optional: true,
      },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./next.ts')).next,
});
