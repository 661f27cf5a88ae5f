import { missionView } from '@spec-kitty/testkit/mission-view';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { LANES, type Lane } from '@spec-kitty/protocol/lane';
import { expect, test } from 'vitest';
import { readinessOf } from './readiness.ts';

const put = (wp_id: string, to_lane: Lane, n = 1) =>
  laneRow(n, { wp_id, from_lane: 'genesis', to_lane, force: true, reason: 'r' });
const FILES = { 'spec.md': 'spec', 'plan.md': 'plan', 'tasks.md': 'tasks' };
const DONE = { packages: [{ id: 'WP01' }], rows: [put('WP01', 'done')], files: FILES };
const READY = {
  ok: true,
  failedChecks: [],
  incomplete: [],
  missingArtifacts: [],
  needsClarification: [],
  matrices: [],
};

test.each(['genesis', ...LANES] as const)(
  'a package is finished when it is approved, done or canceled: %s',
  (lane) => {
    const finished = lane === 'approved' || lane === 'done' || lane === 'canceled';
    const rows = lane === 'genesis' ? [] : [put('WP01', lane)];
    expect(readinessOf(missionView({ ...DONE, rows }))).toEqual(
      finished
        ? READY
        : {
            ...READY,
            ok: false,
            incomplete: ['WP01'],
            failedChecks: [
              { check: 'lanes', detail: `WP01 is ${lane === 'genesis' ? 'not finalized' : lane}` },
            ],
          },
    );
  },
);

test.each(['spec.md', 'plan.md', 'tasks.md'] as const)('%s has to be there', (file) => {
  const { [file]: _, ...files } = FILES;
  expect(readinessOf(missionView({ ...DONE, files }))).toMatchObject({
    ok: false,
    missingArtifacts: [file],
    failedChecks: [{ check: 'artifacts', detail: `${file} is missing` }],
  });
});

test('an open question in spec or plan stands in the way, elsewhere it does not', () => {
  const asking = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, 'Which? NEEDS CLARIFICATION: a']));
  const found = readinessOf(missionView({ ...DONE, files: { ...FILES, ...asking('spec.md', 'plan.md') } }));
  expect(found).toMatchObject({ ok: false, needsClarification: ['spec.md', 'plan.md'] });
  expect(found.failedChecks.map(({ check }) => check)).toEqual(['clarification', 'clarification']);
  expect(readinessOf(missionView({ ...DONE, files: { ...FILES, ...asking('tasks.md') } }))).toEqual(READY);
  const missing = readinessOf(missionView({ ...DONE, files: { ...asking('tasks.md') } }));
  expect(missing.needsClarification).toEqual([]);
});

test("a question whose decision is resolved stands in nobody's way", () => {
  const id = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
  const asked = { ...FILES, 'spec.md': `It pays [NEEDS CLARIFICATION: whom?] (${id})` };
  const index = (status: string) => JSON.stringify({ entries: [{ decision_id: id, status }] });
  const ready = (status: string) =>
    readinessOf(missionView({ ...DONE, files: { ...asked, 'decisions/index.json': index(status) } })).ok;
  expect([ready('resolved'), ready('open')]).toEqual([true, false]);
});

test('a mission without packages is not ready', () => {
  const found = readinessOf(missionView({ files: FILES }));
  expect([found.ok, found.failedChecks.map(({ check }) => check)]).toEqual([false, ['work_packages']]);
});

test.each(LANES)('a package whose file is gone is not forgotten until it is done or canceled: %s', (lane) => {
  const open = lane !== 'done' && lane !== 'canceled';
  const view = missionView({ ...DONE, rows: [put('WP01', 'done'), put('WP02', lane, 2)] });
  expect(readinessOf(view).failedChecks).toEqual(
    open ? [{ check: 'work_packages', detail: `WP02 is ${lane} and its file is gone` }] : [],
  );
});
