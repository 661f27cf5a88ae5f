import { DECISION_FLOWS } from '@spec-kitty/core/decisions/decision-flows';
import { command, group } from '../../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, requiredText, switchFlag } from '../../../command/flags.ts';
import type { cancelDecision, deferDecision, resolveDecision } from './close-decision.ts';
import type { open } from './open-decision.ts';
import type { verify } from './verify-decisions.ts';

const id = {
  kind: 'tuple',
  parameters: [{ brief: 'Id of the decision', placeholder: 'ID', parse: String }],
} as const;
const by = optionalText('Who decided; else the name that Git knows you by', 'NAME');
const why = requiredText('Why', 'TEXT');

/** `spec-kitty agent decision …`: questions of planning, and what became of them. */
export const decisionRoutes = group('Record questions of planning and their answers', {
  open: command<Parameters<typeof open>[0], []>({
    brief: 'Put a question on record, which next then waits for',
    details:
      'Writes decisions/index.json, a page of its own and a row of the log; commits nothing. A question is known by ' +
      '--flow, --slot-key or --step-id, and --input-key: the same again gives the decision that is there.',
    examples: [
      "spec-kitty agent decision open --flow specify --slot-key specify.scope --input-key currency --question 'Which currency?'",
      `spec-kitty agent decision open --flow plan --step-id plan.store --input-key store --question 'Where to?' --options '["file","database"]' --json`,
    ],
    parameters: {
      flags: {
        flow: { kind: 'enum', brief: 'What asks', values: DECISION_FLOWS },
        inputKey: requiredText('What is asked for, in a word', 'KEY'),
        question: requiredText('The question', 'TEXT'),
        slotKey: optionalText('Place in the document that it is about', 'KEY'),
        stepId: optionalText('Step at which it arose', 'ID'),
        options: optionalText('Answers to choose from, as a JSON list of texts', 'JSON'),
        mission: missionFlag,
        json: jsonFlag,
      },
    },
    load: async () => (await import('./open-decision.ts')).open,
  }),
  resolve: command<Parameters<typeof resolveDecision>[0], [id: string]>({
    brief: 'Record the answer to a question',
    details: 'It stays: the same answer again changes nothing, and another one is refused.',
    examples: ['spec-kitty agent decision resolve 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --final-answer EUR'],
    parameters: {
      positional: id,
      flags: {
        finalAnswer: requiredText('The answer', 'TEXT'),
        otherAnswer: switchFlag('The answer is none of the options'),
        rationale: optionalText('Why', 'TEXT'),
        resolvedBy: by,
        mission: missionFlag,
        json: jsonFlag,
      },
    },
    load: async () => (await import('./close-decision.ts')).resolveDecision,
  }),
  defer: command<Parameters<typeof deferDecision>[0], [id: string]>({
    brief: 'Put a question off; it can still be resolved or canceled',
    details:
      'next goes on without it. Mark the place in spec.md or plan.md with NEEDS CLARIFICATION and the id: the mission ' +
      'is not accepted while it stands there.',
    examples: [
      "spec-kitty agent decision defer 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --rationale 'The bank answers on Friday'",
    ],
    parameters: {
      positional: id,
      flags: { rationale: why, resolvedBy: by, mission: missionFlag, json: jsonFlag },
    },
    load: async () => (await import('./close-decision.ts')).deferDecision,
  }),
  cancel: command<Parameters<typeof cancelDecision>[0], [id: string]>({
    brief: 'Record that nobody needs an answer any more',
    examples: [
      "spec-kitty agent decision cancel 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --rationale 'There is only one currency'",
    ],
    parameters: {
      positional: id,
      flags: { rationale: why, resolvedBy: by, mission: missionFlag, json: jsonFlag },
    },
    load: async () => (await import('./close-decision.ts')).cancelDecision,
  }),
  verify: command<Parameters<typeof verify>[0], []>({
    brief: 'Compare the markers of spec.md and plan.md with the decisions',
    details:
      'Refuses a marker without a decision on record, and a decision that was put off without a marker. A marker whose ' +
      'decision is resolved or canceled is told, and refused with --fail-on-stale.',
    examples: ['spec-kitty agent decision verify --fail-on-stale --json'],
    parameters: {
      flags: {
        failOnStale: switchFlag('Refuse markers that are left although their decision is made'),
        mission: missionFlag,
        json: jsonFlag,
      },
    },
    load: async () => (await import('./verify-decisions.ts')).verify,
  }),
});
