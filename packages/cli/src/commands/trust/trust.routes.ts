import { command, group } from '../../command/build.ts';
import { jsonFlag } from '../../command/flags.ts';
import type { trustAllow, trustRevoke, trustShow } from './trust.ts';

const flags = { json: jsonFlag };

/** `spec-kitty trust …`: nothing from a repository is executed before its user has allowed exactly that. */
export const trustRoutes = group('Decide what this repository may execute', {
  show: command<Parameters<typeof trustShow>[0], []>({
    brief: 'Show what this repository wants to execute, and what you have allowed',
    examples: ['spec-kitty trust show', 'spec-kitty trust show --json'],
    parameters: { flags },
    load: async () => (await import('./trust.ts')).trustShow,
  }),
  allow: command<Parameters<typeof trustAllow>[0], []>({
    brief: 'Allow what `trust show` lists, in this repository and as it is now',
    details:
      'Kept outside the repository. A change of any part needs a new decision. What is allowed is the command as it is written; the scripts that it starts may change without one.',
    examples: ['spec-kitty trust allow'],
    parameters: { flags },
    load: async () => (await import('./trust.ts')).trustAllow,
  }),
  revoke: command<Parameters<typeof trustRevoke>[0], []>({
    brief: 'Take back everything allowed in this repository',
    examples: ['spec-kitty trust revoke'],
    parameters: { flags },
    load: async () => (await import('./trust.ts')).trustRevoke,
  }),
});
