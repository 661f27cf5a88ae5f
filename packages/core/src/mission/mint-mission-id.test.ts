import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mintMissionId } from './mint-mission-id.ts';
import { isMissionId, mid8 } from './resolve-handle.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';

test('a fresh id is taken as it is', () => {
  expect(mintMissionId(ID, new Set(['01KE6Z2W']))).toBe(ID);
});

test('one whose first eight characters are taken is counted up, over the end of the alphabet', () => {
  expect(mintMissionId(ID, new Set(['01KE6Z2V']))).toBe('01KE6Z2W3M8Q4T5X6Y7Z8A9B0C');
  expect(mintMissionId(ID, new Set(['01KE6Z2V', '01KE6Z2W', '01KE6Z2X']))).toBe('01KE6Z2Y3M8Q4T5X6Y7Z8A9B0C');
  expect(mintMissionId('01KE6ZZZ3M8Q4T5X6Y7Z8A9B0C', new Set(['01KE6ZZZ']))).toBe(
    '01KE70003M8Q4T5X6Y7Z8A9B0C',
  );
});

test('T3.1: always a valid id of its own, that differs in nothing but its time', () => {
  fc.assert(
    fc.property(fc.nat(40), (count) => {
      const taken = new Set<string>();
      for (let made = 0; made <= count; made += 1) {
        const id = mintMissionId(ID, taken);
        expect(isMissionId(id)).toBe(true);
        expect(taken.has(mid8(id))).toBe(false);
        expect(id.slice(8)).toBe(ID.slice(8));
        taken.add(mid8(id));
      }
    }),
    { numRuns: 5 },
  );
});
