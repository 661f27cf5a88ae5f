import { command } from '../../../command/build.ts';
import { agentFlag, jsonFlag, missionFlag, requiredText } from '../../../command/flags.ts';
import type { recordAnalysis } from './record-analysis.ts';

export const recordAnalysisCommand = command<Parameters<typeof recordAnalysis>[0], []>({
  brief: "Record somebody's analysis of a mission's plan",
  details:
    'Writes analysis-report.md with the text as it is given, what was analysed, and the findings of its tables: rows with ' +
    'a cell that says critical, high, medium, low or info. Advice: nothing waits for it. Commits nothing.',
  examples: [
    'spec-kitty agent mission record-analysis --mission invoice-export --input-file analysis.md --agent codex',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      inputFile: requiredText('Markdown text of the analysis, - for standard input', 'FILE'),
      agent: agentFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./record-analysis.ts')).recordAnalysis,
});
