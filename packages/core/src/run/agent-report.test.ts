import { expect, test } from 'vitest';
import { readImplementerReport, readVerdict } from './agent-report.ts';

const approved = { verdict: 'approved', summary: ' Fine. ' };

test('a verdict is what the schema says, and nothing that only reads like one', () => {
  expect(readVerdict(JSON.stringify(approved))).toEqual({
    verdict: 'approved',
    summary: 'Fine.',
    findings: [],
  });
  const nothing = [
    undefined,
    '',
    'Approved!',
    JSON.stringify('approved'),
    JSON.stringify({ ...approved, verdict: 'APPROVED' }),
    JSON.stringify({ ...approved, summary: ' ' }),
    JSON.stringify({ verdict: 'approved' }),
    JSON.stringify({ ...approved, findings: 'none' }),
    JSON.stringify({ ...approved, findings: [1] }),
    JSON.stringify(approved) + JSON.stringify(approved),
  ];
  expect(nothing.map(readVerdict)).toEqual(nothing.map(() => undefined));
});

test('secrets in what an agent says do not get into the events', () => {
  const secret = `ghp_${'x'.repeat(30)}`;
  const said = { verdict: 'changes_requested', summary: `Uses ${secret}`, findings: [`Remove ${secret}`] };
  expect(JSON.stringify(readVerdict(JSON.stringify(said)))).not.toContain(secret);
  expect(readImplementerReport(JSON.stringify({ blocked: secret })).blocked).not.toContain(secret);
});

test('an implementer who says nothing readable claims nothing', () => {
  const nothing = { subtasks: [], blocked: null };
  for (const text of [undefined, 'done', '[]', '{"blocked": " "}', '{"subtasks_done": "T001"}'])
    expect(readImplementerReport(text)).toEqual(nothing);
  expect(readImplementerReport('{"subtasks_done": ["T001", 2]}').subtasks).toEqual(['T001']);
});
