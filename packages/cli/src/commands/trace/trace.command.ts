import { GAPS } from '@spec-kitty/core/trace/trace-gaps';
import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, switchFlag } from '../../command/flags.ts';
import type { trace } from './trace.ts';

export const traceCommand = command<Parameters<typeof trace>[0], []>({
  brief: 'Follow every requirement to its packages, commits, files and tests',
  details:
    'Reads spec.md, the packages, the event log and Git, before, during and after the merge, and keeps nothing. A test counts ' +
    'for a requirement where a package of it has changed the test, and where the test names it, as FR-001 or fr_001; with ' +
    'several missions in a repository, a test that none of this one has changed must name the mission, too. --fail-on exits ' +
    '1 where a functional requirement is uncovered, or untested, which every uncovered one is as well.',
  examples: [
    'spec-kitty trace --mission invoice-export',
    'spec-kitty trace --mission invoice-export --fail-on untested',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      json: jsonFlag,
      sarif: switchFlag('Print one SARIF 2.1.0 log, as code scanning takes it'),
      failOn: { kind: 'enum', brief: 'What to exit 1 on', values: GAPS, optional: true },
    },
  },
  load: async () => (await import('./trace.ts')).trace,
});
