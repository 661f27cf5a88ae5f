import { command } from '../../../command/build.ts';
import {
  jsonFlag,
  laneFlag,
  missionFlag,
  optionalText,
  requiredText,
  switchFlag,
  wpArgument,
} from '../../../command/flags.ts';
import type { emit } from './emit.ts';

export const emitCommand = command<Parameters<typeof emit>[0], [wp: string]>({
  brief: 'Record exactly one transition in the event log',
  details:
    'For programs that drive a mission themselves; people and agents use move-task, which passes the lanes between ' +
    'and writes down reviews; both keep the same rules. What a rule asks for and no option gives is looked up in the log and in Git.',
  examples: [
    'spec-kitty agent status emit WP03 --to blocked --actor claude --reason "waiting for access"',
    `spec-kitty agent status emit WP03 --to approved --actor codex --review-result-json '{"reviewer":"codex","verdict":"approved","reference":"pr-12"}'`,
  ],
  parameters: {
    positional: { kind: 'tuple', parameters: [wpArgument] },
    flags: {
      to: laneFlag,
      actor: requiredText('Who acts', 'NAME'),
      force: switchFlag('Override a rule; needs --reason'),
      reason: optionalText('Why', 'TEXT'),
      evidenceJson: optionalText('Evidence, as a JSON object with "review"', 'JSON'),
      reviewRef: optionalText('Review that the transition refers to', 'REF'),
      reviewResultJson: optionalText(
        'Result of a review: reviewer, verdict and reference, as a JSON object',
        'JSON',
      ),
      workspaceContext: optionalText('Where the work happens', 'TEXT'),
      subtasksComplete: switchFlag('Vouch that every subtask is done'),
      implementationEvidencePresent: switchFlag(
        'Say that the work is there; the lane is looked at in any case',
      ),
      executionMode: {
        kind: 'enum',
        brief: 'Where the package is worked on; from its plan unless given',
        values: ['worktree', 'direct_repo'],
        optional: true,
      },
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./emit.ts')).emit,
});
