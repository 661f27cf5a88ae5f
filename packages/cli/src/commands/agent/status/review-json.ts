import { Fault } from '@spec-kitty/core/fault';
import { isJsonObject, type JsonObject } from '@spec-kitty/core/status/rows/json-value';
import { jsonObject } from '../../../command/json-object.ts';
import type { Evidence, ReviewResult } from '@spec-kitty/protocol/status-row';

/** Reads `--review-result-json`. @throws Fault `OPTION_INVALID` naming what is missing. */
export function parseReviewResult(text: string): ReviewResult {
  return reviewIn(parseObject(text, '--review-result-json'), '--review-result-json');
}

/** Reads `--evidence-json`; members beside `review` are kept as they are. @throws Fault `OPTION_INVALID`. */
export function parseEvidence(text: string): Evidence {
  const evidence = parseObject(text, '--evidence-json');
  const review = evidence['review'];
  if (!isJsonObject(review)) throw invalid('--evidence-json', 'has no object "review"');
  return { ...evidence, review: reviewIn(review, '--evidence-json') };
}

function reviewIn(value: JsonObject, option: string): ReviewResult {
  const text = (key: string) => {
    const member = value[key];
    if (typeof member === 'string' && member.trim() !== '') return member;
    throw invalid(option, `has no text "${key}"`);
  };
  return { ...value, reviewer: text('reviewer'), verdict: text('verdict'), reference: text('reference') };
}

function parseObject(text: string, option: string): JsonObject {
  const value = jsonObject(text);
  if (typeof value === 'string') throw invalid(option, value);
  return value;
}

function invalid(option: string, what: string): Fault {
  return new Fault('usage', 'OPTION_INVALID', `The value of ${option} ${what}.`, {
    hints: [`A review is written as '{"reviewer":"codex","verdict":"approved","reference":"pr-12"}'.`],
    details: { option },
  });
}
