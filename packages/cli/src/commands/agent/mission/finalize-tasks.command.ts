import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, switchFlag } from '../../../command/flags.ts';
import type { finalizeTasks } from './finalize-tasks.ts';

export const finalizeTasksCommand = command<Parameters<typeof finalizeTasks>[0], []>({
  brief: 'Check the plan, compute its lanes and make its packages claimable',
  details:
    "Checks everything before it writes anything. Then one commit of exactly the mission's own files on the target " +
    'branch; --no-commit leaves that to you. It may be run again whenever the plan changes.',
  called: 'spec-kitty agent mission finalize-tasks',
  examples: [
    'spec-kitty agent mission finalize-tasks --mission invoice-export --validate-only',
    'spec-kitty agent mission finalize-tasks --mission invoice-export --json',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      targetBranch: optionalText('Branch the work lands on, if it should change', 'BRANCH'),
      validateOnly: switchFlag('Check and show what would change; write nothing'),
      commit: { kind: 'boolean', brief: "Commit the mission's files", default: true },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./finalize-tasks.ts')).finalizeTasks,
});
