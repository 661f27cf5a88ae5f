import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, wpArgument } from '../../../command/flags.ts';
import type { validateWorkflow } from './validate-workflow.ts';

export const validateWorkflowCommand = command<Parameters<typeof validateWorkflow>[0], [wp: string]>({
  brief: 'Check the file of a work package and whether its lane fits the plan',
  details: 'Exits 1 when something keeps the package from being worked on.',
  examples: ['spec-kitty agent tasks validate-workflow WP03 --mission invoice-export'],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: { mission: missionFlag, json: jsonFlag },
  },
  load: async () => (await import('./validate-workflow.ts')).validateWorkflow,
});
