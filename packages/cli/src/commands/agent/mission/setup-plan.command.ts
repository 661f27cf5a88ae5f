import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { setupPlan } from './setup-plan.ts';

export const setupPlanCommand = command<Parameters<typeof setupPlan>[0], []>({
  brief: 'Create plan.md once the specification has substance',
  details:
    'Writes a plan.md to fill in, if there is none. Refuses while spec.md has no functional requirement with text. The same as `plan`.',
  called: 'spec-kitty plan',
  examples: ['spec-kitty plan --mission invoice-export'],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./setup-plan.ts')).setupPlan,
});
