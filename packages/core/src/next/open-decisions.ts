import { readDecisions } from '../mission/decisions.ts';
import type { OpenDecision } from './decide-next.ts';

/** Reads the open planning questions from `decisions/index.json`, oldest id first (L§9.6). */
export function openDecisions(text: string | undefined): readonly OpenDecision[] {
  return readDecisions(text)
    .filter(({ status }) => status === 'open')
    .map(({ decisionId, inputKey, question, options }) => ({ decisionId, inputKey, question, options }));
}
