import { expect, test } from 'vitest';
import type { Mission } from '../ports/mission-store.ts';
import type { JsonObject } from '../status/rows/json-value.ts';
import {
  decisionEntries,
  decisionIndexText,
  entryWithKey,
  readDecisionIndex,
  withEntry,
} from './decision-index.ts';

function indexOf(text: string | undefined): JsonObject {
  const files: Pick<Mission['files'], 'read'> = {
    read: (file) => (file === 'decisions/index.json' ? text : undefined),
  };
  return readDecisionIndex({ directory: 'pay-01KE6Z2V', missionId: 'ID', files } as Mission);
}

test('without a file there is an empty index, and one is read with every key that it has', () => {
  expect(indexOf(undefined)).toEqual({ version: 1, mission_id: 'ID', entries: [] });
  const kept = { version: 9, entries: [{ decision_id: 'A', more: [1] }], more: 'x' };
  expect(indexOf(JSON.stringify(kept))).toEqual(kept);
});

test.each([
  ['{\n"entries": [\n}', 3, 'is not JSON'],
  ['[]', 1, 'is not a JSON object'],
  ['{"entries": {}}', 1, 'has no list "entries"'],
])('a damaged index is named by file and line, and not written over: %j', (text, line, problem) => {
  expect(() => indexOf(text)).toThrow(
    expect.objectContaining({
      code: 'DECISIONS_INVALID',
      message: `kitty-specs/pay-01KE6Z2V/decisions/index.json:${line}: ${problem}.`,
      details: { file: 'kitty-specs/pay-01KE6Z2V/decisions/index.json', line },
      hints: [expect.stringContaining('Git')],
    }),
  );
});

test('an entry whose id could lead elsewhere is none', () => {
  const entries = [
    { decision_id: 'A-1_b' },
    { decision_id: '../x' },
    { decision_id: 'a b' },
    { decision_id: '' },
    { decision_id: 7 },
    'A',
    null,
  ];
  expect(decisionEntries({ entries })).toEqual([{ decision_id: 'A-1_b' }]);
  expect(decisionEntries({})).toEqual([]);
});

const KEY = { flow: 'specify', stepId: undefined, slotKey: 'scope', inputKey: 'bank' } as const;

function entry(id: string, more: JsonObject = {}): JsonObject {
  return {
    decision_id: id,
    origin_flow: 'specify',
    step_id: null,
    slot_key: 'scope',
    input_key: 'bank',
    ...more,
  };
}

test('a question is known by flow, place and input, and of several the latest is it', () => {
  const others = [
    entry('A'),
    entry('B'),
    entry('C', { origin_flow: 'plan' }),
    entry('D', { slot_key: 'users' }),
    entry('E', { input_key: 'bic' }),
    entry('F', { step_id: 'step-1' }),
  ];
  const index = { entries: others };
  expect(entryWithKey(index, KEY)).toBe(others[1]);
  expect(entryWithKey(index, { ...KEY, flow: 'charter' })).toBeUndefined();
  // A step says more than a slot.
  expect(entryWithKey(index, { ...KEY, stepId: 'step-1' })).toBe(others[5]);
  expect(
    entryWithKey({ entries: [entry('G', { slot_key: 'step-1' })] }, { ...KEY, stepId: 'step-1' }),
  ).toBeDefined();
});

test('an entry is added at the end, or takes the place of the one with its id; everything else stays', () => {
  const index = { version: 1, entries: ['odd', entry('A'), entry('B')], more: true };
  expect(withEntry(index, entry('C'))).toEqual({ ...index, entries: [...index.entries, entry('C')] });
  expect(withEntry(index, entry('A', { status: 'open' }))).toEqual({
    ...index,
    entries: ['odd', entry('A', { status: 'open' }), entry('B')],
  });
  expect(withEntry({}, entry('A'))).toEqual({ entries: [entry('A')] });
  expect(decisionIndexText({ b: 1, a: [] })).toBe('{\n  "a": [],\n  "b": 1\n}\n');
});
