import { expect, test } from 'vitest';
import { MISSION_TYPES } from './mission-types.ts';
import { planMission } from './plan-mission.ts';
import { planScaffold, researchScaffold, specScaffold } from './scaffolds.ts';
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
  for (const type of ['own', ...MISSION_TYPES.map(({ id }) => id)]) {
    expect(specState(specScaffold({ title: 'Pay', type, purpose: undefined })), type).toBe('scaffold');
    expect(planState(planScaffold({ title: 'Pay', type })), type).toBe('scaffold');
    expect(planState(researchScaffold({ title: 'Pay', type })), type).toBe('scaffold');
  }
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
  expect(
    planState(
      planScaffold({ title: 'Pay', type: 'software-dev' }).replace(
        '[For example TypeScript 5 on Node 20]',
        'Go 1.24',
      ),
    ),
  ).toBe('substantive');
});

test.each([
  '12. FR-001: adds',
  '3)FR-001 adds',
  '| FR-001 | [ref] adds |',
  '| FR-001 | adds [1] |',
  '- ~~FR-001~~ gone',
  '> FR-001 abc',
  'FR-001 see a: b',
])('so has one in any form of a list: %s', (line) => {
  expect(specState(line)).toBe('substantive');
});

test.each(['| FR-001 | ab |', '| FR-001 | [What it does] |', 'As FR-001 says, it adds', '| FR-001 | ** |'])(
  'two letters, a placeholder or a mention are none: %s',
  (line) => {
    expect(specState(line)).toBe('scaffold');
  },
);

test.each([
  'It is a library.',
  '[1] is what we follow.',
  'As [the standard] says.',
  'See <!-- a --> this.',
  '<!-- a --> and then',
  '- Language: [TypeScript] or Go',
  'x',
])('a line of its own makes a plan: %s', (line) => {
  expect(planState(`# Plan\n\n${line}\n`)).toBe('substantive');
});

test.each([
  '',
  '   ',
  '# A heading',
  '## Technical context',
  '[What]',
  '  [What].',
  '- [What]:',
  '<!-- what -->',
  '- **Language**: [What]',
  '**Language:** [What]',
  'Language:[What]',
  'Language:   [What]',
  '> - | *',
])('and nothing to be replaced does: %j', (line) => {
  expect(planState(`# Plan\n\n${line}\n`)).toBe('scaffold');
});
