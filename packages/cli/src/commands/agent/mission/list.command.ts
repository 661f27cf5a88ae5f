import { command } from '../../../command/build.ts';
import { jsonFlag } from '../../../command/flags.ts';
import type { list } from './list.ts';

export const listCommand = command<Parameters<typeof list>[0], []>({
  brief: 'List the missions of this repository',
  examples: ['spec-kitty agent mission list', 'spec-kitty agent mission list --json'],
  parameters: { flags: { json: jsonFlag } },
  load: async () => (await import('./list.ts')).list,
});
