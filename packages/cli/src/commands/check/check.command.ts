import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, switchFlag } from '../../command/flags.ts';
import type { check } from './check.ts';

export const checkCommand = command<Parameters<typeof check>[0], []>({
  brief: 'Check the planning documents of a mission, by rules and without a model',
  details:
    'Says of each finding where it is, which rule found it, and how to mend it; docs/reference/check-rules.md lists the ' +
    'rules. An error is what finalize-tasks or accept would refuse: with one, the exit code is 1. Changes nothing.',
  examples: [
    'spec-kitty check --mission invoice-export',
    'spec-kitty check --mission invoice-export --sarif',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      json: jsonFlag,
      sarif: switchFlag('Print one SARIF 2.1.0 log, as code scanning takes it'),
    },
  },
  load: async () => (await import('./check.ts')).check,
});
