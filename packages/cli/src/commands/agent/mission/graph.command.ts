import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import type { graph } from './graph.ts';

export const graphCommand = command<Parameters<typeof graph>[0], []>({
  brief: 'Show what depends on what, and which file says so',
  details:
    'Dependencies come from wps.yaml, then from the frontmatter, then from tasks.md; prose is never interpreted. ' +
    'Everything doubtful is a warning: cycles, unknown ids, and lines that look like a declaration and are none.',
  examples: [
    'spec-kitty agent mission graph --mission invoice-export',
    'spec-kitty agent mission graph --json',
  ],
  parameters: { flags: { mission: missionFlag, json: jsonFlag } },
  load: async () => (await import('./graph.ts')).graph,
});
