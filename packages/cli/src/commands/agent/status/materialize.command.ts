import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { materialize } from './materialize.ts';

export const materializeCommand = command<Parameters<typeof materialize>[0], []>({
  brief: 'Write status.json from the event log',
  details:
    'Also puts back events that a Git command has taken out of the checkout. spec-kitty does this after every change ' +
    'by itself and never reads status.json; the file is there for other tools.',
  examples: [
    'spec-kitty agent status materialize --mission invoice-export',
    'spec-kitty agent status materialize --json',
  ],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./materialize.ts')).materialize,
});
