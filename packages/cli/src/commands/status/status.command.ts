import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, switchFlag } from '../../command/flags.ts';
import type { status } from './status.ts';

export const statusCommand = command<Parameters<typeof status>[0], []>({
  brief: 'Show where a mission stands, or all of them',
  examples: [
    'spec-kitty status --mission invoice-export',
    'spec-kitty status --all',
    'spec-kitty status --all --json',
  ],
  parameters: {
    flags: {
      all: switchFlag('Every mission, those of other branches included, one line each'),
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./status.ts')).status,
});
