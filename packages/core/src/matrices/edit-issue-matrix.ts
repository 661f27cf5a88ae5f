import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import type { TableRow } from './issue-matrix.ts';
import type { IssueVerdict } from './issue-verdicts.ts';

/** What became of one issue. */
export interface IssueJudgement {
  readonly issue: string;
  readonly verdict: IssueVerdict;
  /** What is not given stays as it is. */
  readonly evidence: string | undefined;
  readonly title: string | undefined;
}

/** Puts a verdict into `issue-matrix.json`; an issue that is not there is added, and every other key stays. */
export function judgeIssue(matrix: JsonObject, judgement: IssueJudgement): JsonObject {
  const { issue } = judgement;
  const { rows } = matrix;
  if (Array.isArray(rows)) {
    const isIt = (row: unknown) => isJsonObject(row) && [row['issue'], row['id']].includes(issue);
    return {
      ...matrix,
      rows: rows.some(isIt)
        ? rows.map((row: unknown) => (isIt(row) ? judged(row, judgement) : row))
        : [...rows, { issue, ...judged(undefined, judgement) }],
    };
  }
  const known = isJsonObject(rows) ? rows : {};
  return { ...matrix, rows: { ...known, [issue]: judged(known[issue], judgement) } };
}

/** Puts a verdict into the line of a table in Markdown, and leaves every other line as it is. */
export function judgeIssueInTable(text: string, row: TableRow, judgement: IssueJudgement): string {
  const cells = [...row.cells];
  cells[row.verdictColumn] = judgement.verdict;
  if (judgement.evidence !== undefined && row.evidenceColumn !== -1)
    cells[row.evidenceColumn] = judgement.evidence.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
  const lines = text.split('\n');
  const index = (row.line ?? 1) - 1;
  const ending = lines[index]?.endsWith('\r') ? '\r' : '';
  lines[index] = `| ${cells.join(' | ')} |${ending}`;
  return lines.join('\n');
}

const EMPTY: JsonObject = {
  title: null,
  scope: null,
  verdict: 'unknown',
  evidence_ref: null,
  wp: null,
  fr: null,
  nfr: null,
  sc: null,
  repo: null,
};

function judged(row: unknown, { verdict, evidence, title }: IssueJudgement): JsonObject {
  return {
    ...(isJsonObject(row) ? row : EMPTY),
    ...(title === undefined ? {} : { title }),
    verdict,
    ...(evidence === undefined ? {} : { evidence_ref: evidence }),
  };
}
