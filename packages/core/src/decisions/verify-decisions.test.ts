import { expect, test } from 'vitest';
import type { MissionFiles } from '../ports/mission-store.ts';
import { verifyDecisions } from './verify-decisions.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';

function report(spec: string, ...statuses: readonly string[]) {
  const entries = statuses.map((status) => ({ decision_id: ID, status, question: 'Which bank?' }));
  const texts: Readonly<Record<string, string>> = {
    'spec.md': spec,
    'decisions/index.json': JSON.stringify({ version: 1, entries }),
  };
  const files: Pick<MissionFiles, 'read'> = { read: (file) => texts[file] };
  return verifyDecisions(files as MissionFiles);
}

const MARKER = `# Spec\n\n[NEEDS CLARIFICATION: Which bank?] <!-- decision_id: ${ID} -->\n`;

test.each([
  ['open', []],
  ['deferred', []],
  ['resolved', [{ kind: 'stale_marker', file: 'spec.md', line: 3, decisionId: ID }]],
  ['canceled', [{ kind: 'stale_marker', file: 'spec.md', line: 3, decisionId: ID }]],
])('a marker whose decision is %s', (status, findings) => {
  expect(report(MARKER, status)).toMatchObject({ findings, markerCount: 1 });
  expect(report(MARKER, status).findings).toHaveLength(findings.length);
});

test('a marker of no decision is found, with the id that it carries or without one', () => {
  const kind = 'marker_without_decision';
  expect(report(MARKER).findings).toMatchObject([{ kind, line: 3, decisionId: ID }]);
  expect(report('NEEDS CLARIFICATION: what?\n').findings).toMatchObject([
    { kind, line: 1, decisionId: null },
  ]);
});

test('what was put off needs a marker, lest it be forgotten; what is open or answered needs none', () => {
  expect(report('# Spec\n', 'deferred')).toMatchObject({
    findings: [{ kind: 'deferred_without_marker', file: 'decisions/index.json', line: null, decisionId: ID }],
    markerCount: 0,
    deferredCount: 1,
  });
  for (const status of ['open', 'resolved', 'canceled'])
    expect(report('# Spec\n', status)).toEqual({ findings: [], markerCount: 0, deferredCount: 0 });
});
