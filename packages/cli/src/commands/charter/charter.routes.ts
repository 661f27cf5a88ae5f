import { command, group } from '../../command/build.ts';
import { jsonFlag, requiredText } from '../../command/flags.ts';
import type { charterContextOf, charterStatus } from './charter.ts';

/** `spec-kitty charter …`: the rules of the project, and who is told which of them. */
export const charterRoutes = group('Show the rules of the project and what prompts say of them', {
  status: command<Parameters<typeof charterStatus>[0], []>({
    brief: 'Show whether there is a charter, and its sections',
    details:
      'The charter is .kittify/charter/charter.md. Sections called "For <actions>" are for these actions alone; ' +
      'everything else is for all of them.',
    examples: ['spec-kitty charter status', 'spec-kitty charter status --json'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./charter.ts')).charterStatus,
  }),
  context: command<Parameters<typeof charterContextOf>[0], []>({
    brief: 'Print what of the charter enters the prompts for an action',
    examples: ['spec-kitty charter context --action review'],
    parameters: {
      flags: {
        action: requiredText('Step of a mission type, such as plan, implement or review', 'ACTION'),
        json: jsonFlag,
      },
    },
    load: async () => (await import('./charter.ts')).charterContextOf,
  }),
});
