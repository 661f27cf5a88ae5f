import { type Decision, unanswered } from '../mission/decisions.ts';
import type { OpenDecision } from './decide-next.ts';

/** The planning questions on record that are open, oldest id first (L§9.6). */
export function openDecisions(decisions: readonly Decision[]): readonly OpenDecision[] {
  return unanswered(decisions).map(({ decisionId, inputKey, question, options }) => ({
    decisionId,
    inputKey,
    question,
    options,
  }));
}
