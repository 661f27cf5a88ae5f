import { missionView } from '@spec-kitty/testkit/mission-view';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { askNext } from './ask-next.ts';

const SPEC = { 'spec.md': '| FR-001 | It adds numbers. |\n' };
const PLAN = { 'plan.md': 'It is a library.\n' };
const planned = (wp_id: string) => laneRow(1, { wp_id, from_lane: 'genesis', to_lane: 'planned' });

test.each([
  [{}, 'specify'],
  [PLAN, 'specify'],
  [{ 'spec.md': '# Spec\n', ...PLAN }, 'specify'],
  [SPEC, 'plan'],
  [{ ...SPEC, 'plan.md': '# Plan\n' }, 'plan'],
  [{ ...SPEC, ...PLAN }, 'tasks'],
])('what is missing of the documents is next: %j', (files, action) => {
  expect(askNext(missionView({ files }), null)).toMatchObject({ kind: 'step', action });
  const begun = missionView({ files, packages: [{ id: 'WP01' }, { id: 'WP02' }], rows: [planned('WP01')] });
  expect(askNext(begun, null)).toMatchObject({ kind: 'step', action });
});

test('once the packages are finalized no document is read', () => {
  const { mission, ...view } = missionView({ packages: [{ id: 'WP01' }], rows: [planned('WP01')] });
  const asked: string[] = [];
  const files = { ...mission.files, read: (name: string) => void asked.push(name) };
  expect(askNext({ ...view, mission: { ...mission, files } }, null)).toMatchObject({
    action: 'implement',
    wp: 'WP01',
  });
  expect(asked).toEqual(['decisions/index.json']);
});

test('an open decision comes first', () => {
  const files = { 'decisions/index.json': '{"entries":[{"decision_id":"D1","status":"open"}]}' };
  expect(askNext(missionView({ files }), null)).toMatchObject({
    kind: 'decision_required',
    decision: { decisionId: 'D1' },
  });
});

test('acceptance is what the log and meta.json say', () => {
  const approved = laneRow(1, { from_lane: 'in_review', to_lane: 'approved', force: true, reason: 'r' });
  const { mission, ...view } = missionView({ packages: [{ id: 'WP01' }], rows: [approved] });
  expect(askNext({ ...view, mission }, null)).toMatchObject({ action: 'accept' });
  const meta = { accepted_at: '2027-01-01T00:00:00.000000+00:00' };
  expect(askNext({ ...view, mission: { ...mission, meta } }, null)).toMatchObject({ action: 'merge' });
});

test('an open question in a written document is named before the step that goes on from it', () => {
  const files = { 'spec.md': '| FR-001 | It adds numbers. |\n\nNEEDS CLARIFICATION\n' };
  const reasonOf = (more: Readonly<Record<string, string>>) =>
    askNext(missionView({ files: { ...files, ...more } }), null);
  expect(reasonOf({})).toMatchObject({
    action: 'plan',
    reason: expect.stringMatching(/^First answer what spec\.md leaves open.*`spec-kitty clarify --mission/),
  });
  expect(reasonOf(PLAN)).toMatchObject({
    action: 'tasks',
    reason: expect.stringContaining('spec-kitty clarify'),
  });
  expect(reasonOf({ 'spec.md': '# Spec\n\nNEEDS CLARIFICATION\n' })).toMatchObject({
    action: 'specify',
    reason: expect.not.stringContaining('clarify'),
  });
});
