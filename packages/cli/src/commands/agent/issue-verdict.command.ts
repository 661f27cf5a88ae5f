import { ISSUE_VERDICTS } from '@spec-kitty/core/matrices/issue-verdicts';
import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, requiredText } from '../../command/flags.ts';
import type { issueVerdict } from './issue-verdict.ts';

export const issueVerdictCommand = command<Parameters<typeof issueVerdict>[0], []>({
  brief: 'Record what became of an issue that a mission is about',
  details:
    'Edits issue-matrix.json, or issue-matrix.md of a mission that has only that; makes the first where there is ' +
    'neither. While an issue is in-mission or unknown, the mission is neither accepted nor merged. Commits nothing: ' +
    'accept does.',
  examples: [
    "spec-kitty agent issue-verdict --issue '#12' --verdict in-mission --title 'Totals are off by one'",
    "spec-kitty agent issue-verdict --issue '#12' --verdict fixed --evidence tests/totals.test.js --json",
  ],
  parameters: {
    flags: {
      issue: requiredText('The issue as the matrix calls it, such as #12', 'ISSUE'),
      verdict: { kind: 'enum', brief: 'What became of it', values: ISSUE_VERDICTS },
      evidence: optionalText('Commit, test or issue that settles it', 'TEXT'),
      title: optionalText('What it is called', 'TEXT'),
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./issue-verdict.ts')).issueVerdict,
});
