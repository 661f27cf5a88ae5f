import { expect, test } from 'vitest';
import { openClarifications } from './clarifications.ts';
import { readDecisions } from './decisions.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
const marker = `[NEEDS CLARIFICATION: Which bank?] <!-- decision_id: ${ID} -->`;
const status = (of: string) => readDecisions(JSON.stringify({ entries: [{ decision_id: ID, status: of }] }));

test('a marker is found with its place, its question and its decision', () => {
  expect(openClarifications('spec.md', `# S\n\nPays [NEEDS CLARIFICATION: Which bank?] soon.\n`, [])).toEqual(
    [{ file: 'spec.md', line: 3, column: 7, question: 'Which bank?', decisionId: null }],
  );
  expect(openClarifications('spec.md', `${marker} NEEDS CLARIFICATION`, [])).toMatchObject([
    { column: 2, question: 'Which bank?', decisionId: ID },
    { question: '', decisionId: null },
  ]);
});

test('the decision of a marker stands before the next one', () => {
  expect(openClarifications('spec.md', `NEEDS CLARIFICATION then ${marker}`, [])).toMatchObject([
    { decisionId: null },
    { decisionId: ID },
  ]);
});

test('a megabyte of markers is read in no time', () => {
  const started = performance.now();
  expect(openClarifications('spec.md', 'NEEDS CLARIFICATION '.repeat(50_000), [])).toHaveLength(50_000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ['open', 1],
  ['deferred', 1],
  ['', 1],
  ['resolved', 0],
  ['canceled', 0],
])('with a decision that is %j, %i stay', (of, count) => {
  expect(openClarifications('spec.md', marker, status(of))).toHaveLength(count);
});

test.each([
  'No `[NEEDS CLARIFICATION]` is left.',
  '``a ` NEEDS CLARIFICATION``',
  '```\nNEEDS CLARIFICATION\n```',
  '',
])('code that talks about markers is none: %j', (text) => {
  expect(openClarifications('spec.md', text, [])).toEqual([]);
});

test('backticks that nothing closes hide nothing, and cost nothing', () => {
  expect(openClarifications('spec.md', '`` a ` NEEDS CLARIFICATION: b', [])).toHaveLength(1);
  const line = Array.from({ length: 900 }, (_, index) => '`'.repeat(index + 1)).join(' ');
  const started = performance.now();
  expect(
    openClarifications('spec.md', `${line} ${'`` ` '.repeat(100_000)} NEEDS CLARIFICATION`, []),
  ).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(1000);
});
