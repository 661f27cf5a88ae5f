import { few } from '../few.ts';
import { numbered } from '../counted.ts';
import type { Mission } from '../ports/mission-store.ts';
import { type AcceptanceRow, readAcceptanceMatrix } from './acceptance-matrix.ts';
import { isFailed, isUnknown, judgedRows } from './acceptance-verdict.ts';
import { isOpenIssue, type IssueMatrix, readIssueMatrixJson, readIssueTable } from './issue-matrix.ts';
import { ISSUE_VERDICTS } from './issue-verdicts.ts';

/** Something in a matrix that stands in the way of accepting or merging. */
export interface MatrixFinding {
  readonly check: 'acceptance_matrix' | 'issue_matrix';
  readonly detail: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Of the first row. */
  readonly line: number | null;
  /** Criteria, invariants or issues that it is about; empty when it is about the file. */
  readonly rows: readonly string[];
}

interface Located {
  readonly id: string;
  readonly line: number | null;
}

type Files = Pick<Mission, 'directory' | 'files'>;

/** What the matrices of a mission leave open (L§8.2, L§8.3); a mission without them leaves nothing open there. */
export function matrixFindings(mission: Files): readonly MatrixFinding[] {
  return [...acceptanceFindings(mission), ...issueFindings(mission)];
}

/** What `acceptance-matrix.json` leaves open. */
export function acceptanceFindings({ directory, files }: Files): readonly MatrixFinding[] {
  const text = files.read('acceptance-matrix.json');
  if (text === undefined) return [];
  const about = reporter('acceptance_matrix', `kitty-specs/${directory}/acceptance-matrix.json`);
  const matrix = readAcceptanceMatrix(text);
  if (!matrix.ok) return [about.whole(matrix)];
  const rows = judgedRows(matrix.rows);
  if (rows.length === 0) return [about.whole({ line: null, problem: 'has no rows' })];
  const unknown = rows.filter(isUnknown);
  return [
    ...about.rows(rows.filter(isFailed), 'fails', 'fail'),
    ...[...new Set(unknown.map(({ result }) => result))].flatMap((result) => {
      const word = `the result ${JSON.stringify(result)}, which means nothing`;
      return about.rows(
        unknown.filter((row) => row.result === result),
        `has ${word}`,
        `have ${word}`,
      );
    }),
    ...about.rows(
      rows.filter(({ result }) => result === 'pending'),
      'is pending',
      'are pending',
    ),
    ...rows.filter(({ lacks }) => lacks.length > 0).flatMap((row) => about.rows([row], lackOf(row))),
  ];
}

/** What the issue matrix leaves open; `issue-matrix.md` counts where there is no `.json`. */
export function issueFindings({ directory, files }: Files): readonly MatrixFinding[] {
  const found = issueMatrix(files);
  if (found === undefined) return [];
  const { name, matrix } = found;
  const about = reporter('issue_matrix', `kitty-specs/${directory}/${name}`);
  if (!matrix.ok) return [about.whole(matrix)];
  const open = matrix.rows.filter(isOpenIssue).map((row) => ({ ...row, id: row.issue }));
  return [...new Set(open.map(({ verdict }) => verdict))].flatMap((verdict) => {
    const known = (ISSUE_VERDICTS as readonly string[]).includes(verdict);
    const word = known
      ? verdict
      : `${/^[<=>|]{7}/m.test(verdict) ? 'a conflict that nobody resolved' : JSON.stringify(verdict)} for a verdict`;
    return about.rows(
      open.filter((row) => row.verdict === verdict),
      known ? `is ${word}` : `has ${word}`,
      known ? `are ${word}` : `have ${word}`,
    );
  });
}

function issueMatrix(files: Mission['files']): { name: string; matrix: IssueMatrix } | undefined {
  const json = files.read('issue-matrix.json');
  if (json !== undefined) return { name: 'issue-matrix.json', matrix: readIssueMatrixJson(json) };
  const table = files.read('issue-matrix.md');
  return table === undefined
    ? undefined
    : { name: 'issue-matrix.md', matrix: { ok: true, rows: readIssueTable(table) } };
}

function lackOf({ lacks }: AcceptanceRow): string {
  return `was passed by hand (manual_qa) without ${lacks.join(', ')}`;
}

/** Words for the rows of one file. */
function reporter(check: MatrixFinding['check'], file: string) {
  const at = (line: number | null) => `(${file}${line === null ? '' : `:${line}`})`;
  return {
    whole: ({ line, problem }: { line: number | null; problem: string }): MatrixFinding => ({
      check,
      detail: `the matrix ${problem} ${at(line)}`,
      file,
      line,
      rows: [],
    }),
    rows: (rows: readonly Located[], one: string, others = one): readonly MatrixFinding[] => {
      const [first] = rows;
      if (!first) return [];
      const ids = rows.map(({ id }) => id);
      const detail = `${few(ids)} ${numbered(rows, one, others)} ${at(first.line)}`;
      return [{ check, detail, file, line: first.line, rows: ids }];
    },
  };
}
