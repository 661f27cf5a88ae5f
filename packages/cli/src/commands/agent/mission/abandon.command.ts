import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, requiredText } from '../../../command/flags.ts';
import type { abandon } from './abandon.ts';

export const abandonCommand = command<Parameters<typeof abandon>[0], []>({
  brief: 'Give a mission up, so that everything can be brought back',
  details:
    'Cancels every package that is not done. The worktrees of its lanes go to .worktrees/.trash/, whole; the commits of ' +
    'their branches and what is not committed get backups under refs/spec-kitty/backup/. Files of the mission and its ' +
    'event log stay. Running it again does what is left; a mission that is merged is refused, and one of several is ' +
    'given up only by its name.',
  called: 'spec-kitty agent mission abandon',
  examples: ['spec-kitty agent mission abandon --mission invoice-export --reason "The customer has left"'],
  parameters: {
    flags: {
      mission: missionFlag,
      reason: requiredText('Why, for the event log', 'TEXT'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./abandon.ts')).abandon,
});
