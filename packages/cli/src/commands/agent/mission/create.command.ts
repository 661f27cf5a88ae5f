import { command } from '../../../command/build.ts';
import { jsonFlag, optionalText, switchFlag } from '../../../command/flags.ts';
import type { create } from './create.ts';

export const createCommand = command<Parameters<typeof create>[0], [slug: string]>({
  brief: 'Create a mission',
  details:
    'Writes kitty-specs/<slug>-<id>/ with meta.json, a spec.md to fill in and the first row of the event log. ' +
    'Commits nothing: finalize-tasks commits the whole plan at once. The same as `specify`.',
  called: 'spec-kitty specify',
  examples: [
    'spec-kitty specify invoice-export',
    'spec-kitty specify invoice-export --friendly-name "Invoice export" --target-branch main --json',
  ],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Name in lower case with hyphens', placeholder: 'SLUG', parse: String }],
    },
    flags: {
      missionType: optionalText('software-dev (default), research, documentation or plan', 'TYPE'),
      targetBranch: optionalText('Branch the work lands on; the current one unless given', 'BRANCH'),
      friendlyName: optionalText('Title for people', 'TITLE'),
      purposeTldr: optionalText('Why this mission exists, in one sentence', 'TEXT'),
      purposeContext: optionalText('Background of the purpose', 'TEXT'),
      prBound: switchFlag('The work lands by pull request'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./create.ts')).create,
});
