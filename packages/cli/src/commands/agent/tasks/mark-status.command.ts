import { command } from '../../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { markStatus } from './mark-status.ts';

export const markStatusCommand = command<Parameters<typeof markStatus>[0], string[]>({
  brief: 'Record subtasks as done, or open them again',
  details:
    'The package that lists a subtask in its frontmatter owns it. What is done is in the event log alone: no file ' +
    'in the mission is edited. Works on any branch.',
  examples: [
    'spec-kitty agent tasks mark-status T001 T002 --status done --agent claude',
    'spec-kitty agent tasks mark-status T002 --status pending --mission invoice-export --json',
  ],
  parameters: {
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'Subtask, such as T001', placeholder: 'Tnnn', parse: String },
    },
    flags: {
      status: { kind: 'enum', brief: 'What they are now', values: ['done', 'pending'] },
      agent: agentFlag,
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./mark-status.ts')).markStatus,
});
