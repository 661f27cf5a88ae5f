import { expect, test } from 'vitest';
import { planMission, planScaffold } from './plan-mission.ts';
import { planState, specState } from './substance.ts';

const scaffold = planMission({
  slug: 'pay',
  missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  eventId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D',
  at: '2026-01-05T10:00:00.000000+00:00',
  targetBranch: 'main',
  missionType: 'software-dev',
  friendlyName: undefined,
  purposeTldr: undefined,
  purposeContext: undefined,
  prBound: false,
  project: { uuid: null, slug: null },
});

test('the scaffolds have no substance, so nobody can go on with them', () => {
  expect(specState(scaffold.files['spec.md'])).toBe('scaffold');
  expect(planState(planScaffold('Pay'))).toBe('scaffold');
  expect(specState(undefined)).toBe('missing');
  expect(planState(undefined)).toBe('missing');
});

test.each([
  '| FR-001 | It adds numbers. |',
  '- **FR-001**: It adds numbers.',
  '### FR-001 — It adds numbers',
  '1. FR-001: It adds numbers.',
])('a requirement with text has substance: %s', (line) => {
  expect(specState(`# Spec\n\n${line}\n`)).toBe('substantive');
});

test.each([
  '| FR-001 | [text] |',
  '- **FR-001**:',
  'FR-001',
  '| NFR-001 | fast |',
  'A sentence about nothing.',
])('and these have none: %s', (line) => {
  expect(specState(`# Spec\n\n${line}\n`)).toBe('scaffold');
});

test('one filled-in line makes a plan', () => {
  expect(planState(planScaffold('Pay').replace('[For example TypeScript 5 on Node 20]', 'Go 1.24'))).toBe(
    'substantive',
  );
});
