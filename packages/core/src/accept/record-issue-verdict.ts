import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { damagedMatrix } from '../matrices/damaged-matrix.ts';
import { type IssueJudgement, judgeIssue, judgeIssueInTable } from '../matrices/edit-issue-matrix.ts';
import { readIssueMatrixJson, readIssueTable } from '../matrices/issue-matrix.ts';
import { SETTLED_ISSUES } from '../matrices/issue-verdicts.ts';
import { issueFindings } from '../matrices/matrix-findings.ts';
import { parseMatrixJson } from '../matrices/parse-matrix-json.ts';

/** What was recorded, and what is left. */
export interface RecordedIssue {
  readonly directory: string;
  readonly file: string;
  readonly created: boolean;
  /** Issues that are still open. */
  readonly open: readonly string[];
}

/**
 * Records what became of an issue: in `issue-matrix.json`, or in the table of a mission that has only that.
 *
 * The file is replaced as a whole, under the mission's lock; nothing is committed.
 *
 * @throws Fault `EVIDENCE_REQUIRED`, `MATRIX_ROW_UNKNOWN` or `MATRIX_INVALID`.
 */
export async function recordIssueVerdict(
  ports: Pick<WorkPorts, 'view' | 'lock' | 'files' | 'branch'>,
  request: IssueJudgement & { readonly mission: string | undefined },
): Promise<RecordedIssue> {
  const { mission } = await ports.view(request.mission);
  requireCheckedOut(mission, await ports.branch());
  return ports.lock.hold(`mission-${mission.missionId}`, 'issue-verdict', async () => {
    const { name, text, created } = edited(mission, request);
    const file = `kitty-specs/${mission.directory}/${name}`;
    ports.files.write(file, text);
    const open = issueFindings(mission).flatMap(({ rows }) => rows);
    return { directory: mission.directory, file, created, open };
  });
}

function edited(
  mission: Mission,
  request: IssueJudgement,
): { readonly name: string; readonly text: string; readonly created: boolean } {
  const { directory, files } = mission;
  const json = files.read('issue-matrix.json');
  const table = json === undefined ? files.read('issue-matrix.md') : undefined;
  if (table !== undefined) {
    const rows = readIssueTable(table);
    const row = rows.find(({ issue }) => issue === request.issue);
    if (!row)
      throw unknownIssue(
        directory,
        request,
        rows.map(({ issue }) => issue),
      );
    if (!row.cells[row.evidenceColumn]) requireEvidence(request);
    return { name: 'issue-matrix.md', text: judgeIssueInTable(table, row, request), created: false };
  }
  const matrix = json === undefined ? { schema_version: 1, rows: {} } : parsed(json, directory);
  const { rows } = matrix as { readonly rows: unknown };
  const known = Array.isArray(rows)
    ? rows.find((row) => isJsonObject(row) && row['issue'] === request.issue)
    : (rows as JsonObject)[request.issue];
  if (!(isJsonObject(known) && known['evidence_ref'])) requireEvidence(request);
  const text = `${JSON.stringify(judgeIssue(matrix, request), null, 2)}\n`;
  return { name: 'issue-matrix.json', text, created: json === undefined };
}

function parsed(text: string, directory: string): JsonObject {
  const file = `kitty-specs/${directory}/issue-matrix.json`;
  const document = parseMatrixJson(text);
  if (!document.ok) throw damagedMatrix(file, document);
  const matrix = readIssueMatrixJson(text);
  if (!matrix.ok) throw damagedMatrix(file, matrix);
  return document.document;
}

function requireEvidence({ issue, verdict, evidence }: IssueJudgement): void {
  if (evidence !== undefined || !(SETTLED_ISSUES as readonly string[]).includes(verdict)) return;
  throw new Fault('refused', 'EVIDENCE_REQUIRED', `${issue} is settled by nothing that one could look at.`, {
    hints: ['Name with --evidence the commit, test or issue that settles it.'],
    details: { rows: [issue] },
  });
}

function unknownIssue(directory: string, { issue }: IssueJudgement, known: readonly string[]): Fault {
  const file = `kitty-specs/${directory}/issue-matrix.md`;
  return new Fault('refused', 'MATRIX_ROW_UNKNOWN', `The table has no issue ${issue}: ${file}`, {
    hints: [`It has: ${few(known)}. Add a line for it by hand.`],
    details: { candidates: known, file },
  });
}
