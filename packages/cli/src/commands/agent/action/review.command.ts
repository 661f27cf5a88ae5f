import { command } from '../../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, wpArgument } from '../../../command/flags.ts';
import type { review } from './review.ts';

export const reviewCommand = command<Parameters<typeof review>[0], [wp?: string]>({
  brief: 'Take a work package for review',
  details:
    'Without a package it takes the one that has waited longest. Prints the commit to judge and the instructions. ' +
    'Whoever implemented a package cannot approve it.',
  examples: [
    'spec-kitty agent action review --agent codex',
    'spec-kitty agent action review WP03 --agent codex --json',
  ],
  parameters: {
    positional: { kind: 'tuple', parameters: [{ ...wpArgument, optional: true }] },
    flags: { agent: agentFlag, mission: missionFlag, json: jsonFlag },
  },
  load: async () => (await import('./review.ts')).review,
});
