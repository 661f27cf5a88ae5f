import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag } from '../../command/flags.ts';
import type { research } from './research.ts';

export const researchCommand = command<Parameters<typeof research>[0], []>({
  brief: 'Create research.md for what a plan has to find out first',
  details:
    'Writes a research.md to fill in, if there is none; in a mission of the type research, a source-register.csv, too. ' +
    'Overwrites nothing.',
  examples: ['spec-kitty research --mission invoice-export'],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./research.ts')).research,
});
