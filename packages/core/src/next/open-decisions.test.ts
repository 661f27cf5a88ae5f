import { expect, test } from 'vitest';
import { readDecisions } from '../mission/decisions.ts';
import { openDecisions } from './open-decisions.ts';

const index = (...entries: readonly unknown[]) => openDecisions(readDecisions(JSON.stringify({ entries })));
const entry = { decision_id: 'D2', status: 'open', input_key: 'db', question: 'Which?', options: ['a', 'b'] };
const read = { decisionId: 'D2', inputKey: 'db', question: 'Which?', options: ['a', 'b'] };

test('open questions are read, oldest id first', () => {
  const other = { ...entry, decision_id: 'D1' };
  expect(index(entry, { ...entry, decision_id: 'D3' }, other).map(({ decisionId }) => decisionId)).toEqual([
    'D1',
    'D2',
    'D3',
  ]);
  expect(index(entry)).toEqual([read]);
});

test('what is answered or has no id asks nothing', () => {
  expect(index({ ...entry, status: 'resolved' }, { ...entry, status: undefined })).toEqual([]);
  expect(index({ ...entry, decision_id: undefined }, { ...entry, decision_id: 7 })).toEqual([]);
});

test('a part that is not what it should be is left out, and the question stays', () => {
  expect(index({ decision_id: 'D2', status: 'open' })).toEqual([
    { decisionId: 'D2', inputKey: null, question: '', options: [] },
  ]);
  expect(index({ ...entry, input_key: 1, question: {}, options: 'a' })).toEqual([
    { decisionId: 'D2', inputKey: null, question: '', options: [] },
  ]);
  expect(index({ ...entry, options: ['a', 1, null, 'b'] })).toEqual([read]);
});

test('no index, a damaged one, or one of another form asks nothing', () => {
  for (const text of [undefined, '', '{', 'null', '7', '[]', '{}', '{"entries":{}}', '{"entries":"open"}'])
    expect(openDecisions(readDecisions(text))).toEqual([]);
  expect(index(null, 'open', 7)).toEqual([]);
});
