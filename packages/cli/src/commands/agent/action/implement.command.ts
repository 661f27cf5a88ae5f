import { command } from '../../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, optionalText, wpArgument } from '../../../command/flags.ts';
import type { implement } from './implement.ts';

export const implementCommand = command<Parameters<typeof implement>[0], [wp?: string]>({
  brief: 'Claim a work package and prepare its worktree',
  details:
    'Without a package it takes the first one whose dependencies are approved. Prints where to work and the ' +
    'instructions. Running it again by the same agent changes nothing and prints them again.',
  examples: [
    'spec-kitty agent action implement --agent claude',
    'spec-kitty agent action implement WP03 --agent claude --mission invoice-export --json',
  ],
  parameters: {
    positional: { kind: 'tuple', parameters: [{ ...wpArgument, optional: true }] },
    flags: {
      agent: agentFlag,
      mission: missionFlag,
      model: optionalText('Model that does the work, for the record', 'MODEL'),
      profile: optionalText('Agent profile, for the record', 'PROFILE'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./implement.ts')).implement,
});
