import { expect, test } from 'vitest';
import { humanName, isMid8, isMissionId, mid8, resolveHandle } from './resolve-handle.ts';

const id = (start: string) => start.padEnd(26, '0');

const MISSIONS = [
  { directory: '012-billing', missionId: id('01KN2371A') },
  { directory: '012-search', missionId: id('01KN2371B') },
  { directory: '033-reports-01KQ47E8', missionId: id('01KQ47E8') },
  { directory: 'billing-01M7XR50', missionId: id('01M7XR50') },
  { directory: 'export-01M8AAAA', missionId: id('01M8AAAA') },
  { directory: 'export-01M8BBBB', missionId: id('01M8BBBB') },
  { directory: '01KZZZZZ', missionId: id('01KYYYYY') },
  { directory: '2024', missionId: id('01KXXXXX') },
  { directory: 'kernel', missionId: undefined },
];

const resolve = (handle: string) => {
  const resolution = resolveHandle(handle, () => MISSIONS);
  if ('found' in resolution) return resolution.found.directory;
  return [resolution.failure, ...resolution.candidates.map(({ directory }) => directory)];
};
const all = MISSIONS.map(({ directory }) => directory);

// L§2.2: the first rule whose test fits the handle decides.
test.each([
  { rule: '1 an id', handle: id('01M7XR50'), result: 'billing-01M7XR50' },
  { rule: '1 stops', handle: id('01AAAAAA'), result: ['not-found', ...all] },
  { rule: '2 the beginning of an id', handle: '01M7XR50', result: 'billing-01M7XR50' },
  { rule: '2 more than one', handle: '01KN2371', result: ['ambiguous', '012-billing', '012-search'] },
  { rule: '2 stops, though a directory has that name', handle: '01KZZZZZ', result: ['not-found', ...all] },
  { rule: '2 not in lower case', handle: '01m7xr50', result: ['not-found', ...all] },
  { rule: '3 a directory', handle: '012-billing', result: '012-billing' },
  { rule: '3 a directory without id', handle: 'kernel', result: 'kernel' },
  { rule: '3 before 5', handle: '2024', result: '2024' },
  { rule: '4 without the number', handle: 'search', result: '012-search' },
  { rule: '4 without the id', handle: 'reports-01KQ47E8', result: '033-reports-01KQ47E8' },
  { rule: '4 without both', handle: 'reports', result: '033-reports-01KQ47E8' },
  {
    rule: '4 across both forms',
    handle: 'billing',
    result: ['ambiguous', '012-billing', 'billing-01M7XR50'],
  },
  {
    rule: '4 two of one name',
    handle: 'export',
    result: ['ambiguous', 'export-01M8AAAA', 'export-01M8BBBB'],
  },
  { rule: '4 not a part of the name', handle: 'report', result: ['not-found', ...all] },
  { rule: '5 a number', handle: '033', result: '033-reports-01KQ47E8' },
  { rule: '5 more than one', handle: '012', result: ['ambiguous', '012-billing', '012-search'] },
  { rule: '5 only as it is written', handle: '33', result: ['not-found', ...all] },
  { rule: '5 not four digits', handle: '0120', result: ['not-found', ...all] },
  { rule: 'none fits', handle: '../012-billing', result: ['not-found', ...all] },
])('rule $rule: $handle', ({ handle, result }) => {
  expect(resolve(handle)).toEqual(result);
});

test('the parts of a name', () => {
  expect(['012-billing', '033-reports-01KQ47E8', 'billing-01M7XR50', 'kernel'].map(humanName)).toEqual([
    'billing',
    'reports',
    'billing',
    'kernel',
  ]);
  expect(mid8(id('01M7XR50'))).toBe('01M7XR50');
  expect([isMid8('01M7XR50'), isMid8('01M7XR5'), isMid8('01M7XRI0'), isMid8('01m7xr50')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([
    isMissionId(id('01M7XR50')),
    isMissionId('01M7XR50'),
    isMissionId(7),
    isMissionId(id('U')),
  ]).toEqual([true, false, false, false]);
});
