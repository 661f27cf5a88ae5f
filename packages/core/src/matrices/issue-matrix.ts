import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { parseMatrixJson } from './parse-matrix-json.ts';
import { SETTLED_ISSUES } from './issue-verdicts.ts';
import { RowLocator } from './row-locator.ts';

/** One issue, and what became of it. */
export interface IssueRow {
  readonly issue: string;
  /** One of `ISSUE_VERDICTS`, or whatever else is written there. */
  readonly verdict: string;
  readonly line: number | null;
}

/** What `issue-matrix.json`, or the table in `issue-matrix.md`, says. */
export type IssueMatrix =
  | { readonly ok: true; readonly rows: readonly IssueRow[] }
  | { readonly ok: false; readonly line: number | null; readonly problem: string };

/** Reads `issue-matrix.json`; its rows are an object by issue, or a list. */
export function readIssueMatrixJson(text: string): IssueMatrix {
  const parsed = parseMatrixJson(text);
  if (!parsed.ok) return parsed;
  const { rows } = parsed.document;
  if (!isJsonObject(rows) && !Array.isArray(rows)) return { ok: false, line: 1, problem: 'has no rows' };
  const lines = new RowLocator(text, 'rows');
  const named: readonly (readonly [string, unknown])[] = Array.isArray(rows)
    ? rows.map((row) => [issueOf(row), row])
    : Object.entries(rows);
  return {
    ok: true,
    rows: named.map(([issue, row]) => ({ issue, verdict: verdictOf(row), line: lines.next(issue) })),
  };
}

/** A row of a table in Markdown, with what is needed to write it back. */
export interface TableRow extends IssueRow {
  readonly cells: readonly string[];
  readonly verdictColumn: number;
  readonly evidenceColumn: number;
}

/** Reads the tables of `issue-matrix.md` that have a column called Issue and one for the verdict. */
export function readIssueTable(text: string): readonly TableRow[] {
  const found: TableRow[] = [];
  let header: readonly string[] | undefined;
  let fenced = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || !/^\s*\|/.test(line)) {
      header = undefined;
      continue;
    }
    const cells = cellsOf(line);
    if (header === undefined) {
      header = cells.map((cell) => cell.toLowerCase());
      continue;
    }
    const verdictColumn = header.findIndex((name) => /\bverdict\b/.test(name));
    const issueColumn = header.indexOf('issue');
    if (issueColumn === -1 || verdictColumn === -1 || cells.every((cell) => /^:?-+:?$/.test(cell))) continue;
    found.push({
      issue: linkText(cells[issueColumn] ?? ''),
      verdict: plainVerdict(cells[verdictColumn] ?? ''),
      line: index + 1,
      cells,
      verdictColumn,
      evidenceColumn: header.findIndex((name) => /\bevidence\b/.test(name)),
    });
  }
  return found;
}

/** Tells whether an issue is still open, or nobody can say. */
export function isOpenIssue({ verdict }: IssueRow): boolean {
  return !(SETTLED_ISSUES as readonly string[]).includes(verdict);
}

function issueOf(row: unknown): string {
  if (!isJsonObject(row)) return '';
  const { issue, id, issue_id: issueId } = row;
  return [issue, id, issueId].find((name) => typeof name === 'string') ?? '';
}

function verdictOf(row: unknown): string {
  const verdict = (isJsonObject(row) ? row : ({ verdict: row } satisfies JsonObject))['verdict'];
  return typeof verdict === 'string' ? plainVerdict(verdict) : 'unknown';
}

/** The word without emphasis, code quotes and a remark in brackets, as people write it into tables. */
function plainVerdict(text: string): string {
  const word = /^[`*_\s]*([a-z]+(?:-[a-z]+)*)[`*_\s]*(?:\(.*\))?\s*$/i.exec(text)?.[1];
  return word?.toLowerCase() ?? text.trim();
}

/** `[#12](https://…)` is called `#12`. */
function linkText(cell: string): string {
  return /^\[([^\]]+)\]\(.*\)$/.exec(cell)?.[1] ?? cell;
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
