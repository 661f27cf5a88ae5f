import { command } from '../../command/build.ts';
import { jsonFlag, switchFlag } from '../../command/flags.ts';
import type { intake } from './intake.ts';

export const intakeCommand = command<Parameters<typeof intake>[0], [path?: string]>({
  brief: 'Keep a brief that the next mission is specified from',
  details:
    'Copies the text to .kittify/mission-brief.md and notes where it came from in .kittify/brief-source.yaml; commits ' +
    'nothing. There is one brief at a time. The next mission that is specified takes it up: the brief then names it, and no other mission is told of it.',
  examples: [
    'spec-kitty intake notes/invoices.md',
    'spec-kitty intake - --force',
    'spec-kitty intake --show',
  ],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Text file, or - for standard input', placeholder: 'PATH', parse: String, optional: true },
      ],
    },
    flags: {
      force: switchFlag('Replace the brief that is there'),
      show: switchFlag('Print the brief that is there'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./intake.ts')).intake,
});
