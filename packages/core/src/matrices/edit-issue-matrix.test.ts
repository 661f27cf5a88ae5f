import { expect, test } from 'vitest';
import { judgeIssue, judgeIssueInTable } from './edit-issue-matrix.ts';
import { readIssueTable } from './issue-matrix.ts';

const fixed = { issue: '#1', verdict: 'fixed', evidence: undefined, title: undefined } as const;
const NOTHING = {
  title: null,
  scope: null,
  evidence_ref: null,
  wp: null,
  fr: null,
  nfr: null,
  sc: null,
  repo: null,
};

test('an issue that is not there is added with every key', () => {
  expect(judgeIssue({ schema_version: 1 }, { ...fixed, evidence: 'a test', title: 'Off by one' })).toEqual({
    schema_version: 1,
    rows: { '#1': { ...NOTHING, verdict: 'fixed', evidence_ref: 'a test', title: 'Off by one' } },
  });
  expect(judgeIssue({ rows: [] }, fixed)).toEqual({ rows: [{ issue: '#1', ...NOTHING, verdict: 'fixed' }] });
});

test('one that is there keeps its other keys, and so do the others', () => {
  const known = { verdict: 'unknown', evidence_ref: 'b', owner: 'ada' };
  expect(judgeIssue({ rows: { '#2': 'fixed', '#1': known } }, fixed)).toEqual({
    rows: { '#2': 'fixed', '#1': { ...known, verdict: 'fixed' } },
  });
  expect(judgeIssue({ rows: [7, { id: '#1', ...known }, { issue: '#2' }] }, fixed)).toEqual({
    rows: [7, { id: '#1', ...known, verdict: 'fixed' }, { issue: '#2' }],
  });
});

const TABLE =
  '# A\n\n| Issue | Verdict | Evidence |\n|---|---|---|\n| #1 | unknown | a \\| b |\n| #2 | fixed |\n';
const judged = (text: string, evidence?: string) => {
  const row = readIssueTable(text)[0];
  return row && judgeIssueInTable(text, row, { ...fixed, evidence });
};

test('a table changes in one line', () => {
  expect(judged(TABLE)).toBe(TABLE.replace('unknown', 'fixed'));
  expect(judged(TABLE, 'x |\n y')).toBe(TABLE.replace('unknown | a \\| b', 'fixed | x \\| y'));
  const crlf = TABLE.replaceAll('\n', '\r\n');
  expect(judged(crlf)).toBe(crlf.replace('unknown', 'fixed'));
  const bare = '| Issue | Verdict |\n| --- | --- |\n| #1 | unknown |';
  expect(judged(bare, 'nowhere to go')).toBe(bare.replace('unknown', 'fixed'));
});
