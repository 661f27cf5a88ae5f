import { command, group } from '../../command/build.ts';
import { jsonFlag } from '../../command/flags.ts';
import type { guard } from './guard.ts';

/** `spec-kitty review …`: rules over source text. */
export const reviewRoutes = group('Hold the source of a project against rules', {
  guard: command<Parameters<typeof guard>[0], string[]>({
    brief: 'Find places that swallow failures without saying what is done with them, and where',
    details:
      'A broad catch lets no failure through that it does not name by class or code. It passes with a reason on the same ' +
      'line or the one before it: `// broad-catch: <reason>`, at least 5 words that say what is done with the failure at ' +
      'which boundary. Without PATHS, what signs in, keeps and refreshes sessions, locks, runs as a daemon or redacts ' +
      'secrets is examined; docs/reference/broad-catch.md lists the folders and what counts. With a finding, the exit code is 1. ' +
      'TypeScript is loaded from node_modules of the project, which executes it: a copy that Git tracks is refused, for ' +
      'nothing that a repository brings along is executed. Changes nothing.',
    examples: ['spec-kitty review guard', 'spec-kitty review guard src/payments --json'],
    parameters: {
      positional: {
        kind: 'array',
        parameter: { brief: 'Files or folders to examine', placeholder: 'PATHS', parse: String },
      },
      flags: { json: jsonFlag },
    },
    load: async () => (await import('./guard.ts')).guard,
  }),
});
