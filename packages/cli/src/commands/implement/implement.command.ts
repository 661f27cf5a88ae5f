import { command } from '../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, wpArgument } from '../../command/flags.ts';
import type { implementByHand } from './implement-by-hand.ts';

export const implementByHandCommand = command<Parameters<typeof implementByHand>[0], [wp: string]>({
  brief: 'Internal infrastructure: prepare the worktree of one work package',
  details:
    'Kept for scripts of the predecessor, and does what `spec-kitty agent action implement` does; who acts is the ' +
    'name that Git has for you unless given. To work on a mission, ask `spec-kitty next` what comes next and take it ' +
    'with `spec-kitty agent action implement`.',
  examples: ['spec-kitty implement WP03 --mission invoice-export --agent claude'],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: { agent: agentFlag, mission: missionFlag, json: jsonFlag },
  },
  load: async () => (await import('./implement-by-hand.ts')).implementByHand,
});
