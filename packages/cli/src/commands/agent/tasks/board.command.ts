import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { board } from '../../status/status.ts';

export const boardCommand = command<Parameters<typeof board>[0], []>({
  brief: 'Show where every work package of a mission stands',
  details: 'Reads the event log, also of a mission whose branch is not checked out. Changes nothing.',
  examples: [
    'spec-kitty agent tasks status --mission invoice-export',
    'spec-kitty agent tasks status --mission invoice-export --json',
  ],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('../../status/status.ts')).board,
});
