import { expect, test } from 'vitest';
import { planFinalization } from './plan-finalization.ts';
import { SOUND } from './testing/sound-mission.ts';

const refusalOf = (input: Partial<typeof SOUND>) => {
  const outcome = planFinalization({ ...SOUND, ...input });
  return outcome.ok ? undefined : outcome.refusal;
};

test('packages are not made claimable on documents that are missing or still scaffolds', () => {
  const scaffold = '# Plan\n\n## Technical Context\n\n[Language and version]\n';
  expect(refusalOf({ plan: scaffold })).toMatchObject({
    code: 'PLANNING_UNFINISHED',
    message: 'plan.md is still the scaffold.',
  });
  const nothing = { spec: undefined, plan: undefined, tasksMd: undefined };
  expect(refusalOf(nothing)?.message).toBe('There is no spec.md. There is no plan.md. There is no tasks.md.');
  expect(refusalOf({ spec: '- **FR-001**: [What must be possible]\n' })).toMatchObject({
    message: 'spec.md has no requirement with real text.',
    findings: [{ file: 'spec.md' }],
  });
});

test('a mission whose packages are all in the log is finalized again without every document', () => {
  const progress = new Map(['WP01', 'WP02'].map((id) => [id, { lane: 'planned', started: false }] as const));
  expect(refusalOf({ plan: undefined, progress })).toBeUndefined();
  expect(refusalOf({ plan: undefined, progress: new Map([...progress].slice(1)) })).toMatchObject({
    code: 'PLANNING_UNFINISHED',
  });
});
