import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag } from '../../command/flags.ts';
import type { analyze } from './analyze.ts';

export const analyzeCommand = command<Parameters<typeof analyze>[0], []>({
  brief: 'Show what check finds, and which package delivers which requirement',
  details:
    'Also says whether an analysis is recorded, and whether the documents have changed since. An analysis is advice: ' +
    'nothing waits for it. Record your own by `spec-kitty agent mission record-analysis`.',
  examples: ['spec-kitty analyze --mission invoice-export'],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./analyze.ts')).analyze,
});
