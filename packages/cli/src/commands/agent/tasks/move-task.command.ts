import { command } from '../../../command/build.ts';
import {
  agentFlag,
  jsonFlag,
  laneFlag,
  missionFlag,
  optionalText,
  switchFlag,
  wpArgument,
} from '../../../command/flags.ts';
import type { moveTask } from './move-task.ts';

export const moveTaskCommand = command<Parameters<typeof moveTask>[0], [wp: string]>({
  brief: 'Move a work package to another lane',
  details:
    'Forward it passes every lane between, each under its own rule: for_review needs commits and a clean worktree, ' +
    'approved needs somebody who did not implement it, done needs the work on the target branch. ' +
    'Sending a package back needs feedback. --force overrides a rule for a named reason, and is recorded.',
  examples: [
    'spec-kitty agent tasks move-task WP03 --to for_review --agent claude',
    'spec-kitty agent tasks move-task WP03 --to approved --agent codex --note "tests read and run"',
    'spec-kitty agent tasks move-task WP03 --to planned --agent codex --review-feedback-file feedback.md',
  ],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: {
      to: laneFlag,
      agent: agentFlag,
      mission: missionFlag,
      note: optionalText('Why; the reason of a forced move', 'TEXT'),
      reviewFeedbackFile: optionalText('What must change, as a file or - for standard input', 'FILE'),
      reviewer: optionalText('Reviewer, when it is not the agent', 'NAME'),
      approvalRef: optionalText('What the approval rests on, such as a link', 'REF'),
      assignee: optionalText('Person the package is assigned to', 'NAME'),
      doneOverrideReason: optionalText('How the work landed, when its commit is not on the target', 'TEXT'),
      selfReviewFallback: switchFlag('Approve own work; needs --force and the next two'),
      intendedReviewer: optionalText('Who should have reviewed', 'NAME'),
      reviewerFailureReason: optionalText('Why they did not', 'TEXT'),
      force: switchFlag('Override a rule; needs --note'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./move-task.ts')).moveTask,
});
