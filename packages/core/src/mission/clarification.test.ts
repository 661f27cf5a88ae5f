import { expect, test } from 'vitest';
import { asksForClarification } from './clarification.ts';

const index = (status: string) => JSON.stringify({ entries: [{ decision_id: '01D', status }] });
const MARKER = 'Which?\n[NEEDS CLARIFICATION: a or b] <!-- decision_id: 01D -->\n';

test.each([
  ['open', true],
  ['deferred', true],
  ['resolved', false],
  ['canceled', false],
])('a question whose decision is %s asks: %s', (status, asks) => {
  expect(asksForClarification(MARKER, index(status))).toBe(asks);
});

test('a question without a decision asks, whatever else was decided', () => {
  expect(asksForClarification('[NEEDS CLARIFICATION: a]', index('resolved'))).toBe(true);
  expect(asksForClarification(`${MARKER}[NEEDS CLARIFICATION: b]`, index('resolved'))).toBe(true);
  expect(asksForClarification(MARKER, undefined)).toBe(true);
});

test.each(['{', '[]', '{"entries":{}}', '{"entries":[1,null]}'])(
  'nothing in the damaged index %s is answered',
  (text) => {
    expect(asksForClarification(MARKER, text)).toBe(true);
  },
);

test('the words in code quotes are not a question', () => {
  expect(asksForClarification('No open `[NEEDS CLARIFICATION]` markers remain.', undefined)).toBe(false);
  expect(asksForClarification('Nothing to ask.', undefined)).toBe(false);
});
