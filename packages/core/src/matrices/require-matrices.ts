import { Fault } from '../fault.ts';
import type { Mission } from '../ports/mission-store.ts';
import { acceptanceFindings, issueFindings, type MatrixFinding } from './matrix-findings.ts';
import { matrixHints } from './matrix-hints.ts';

type Files = Pick<Mission, 'directory' | 'files'>;

/** Refuses to finish a mission that has open issues, also by force (L§8.3). @throws Fault `ISSUE_MATRIX_OPEN`. */
export function requireIssuesSettled(mission: Files): void {
  refuse(mission, 'ISSUE_MATRIX_OPEN', issueFindings(mission));
}

/** Refuses to merge as accepted what was judged otherwise since. @throws Fault `ACCEPTANCE_MATRIX_OPEN`. */
export function requireCriteriaMet(mission: Files): void {
  refuse(mission, 'ACCEPTANCE_MATRIX_OPEN', acceptanceFindings(mission));
}

const SUBJECT = {
  ISSUE_MATRIX_OPEN: 'Issues of the mission are open',
  ACCEPTANCE_MATRIX_OPEN: 'Acceptance criteria of the mission are not met',
} as const;

function refuse({ directory }: Files, code: keyof typeof SUBJECT, open: readonly MatrixFinding[]): void {
  const [first] = open;
  if (!first) return;
  const list = open.map(({ detail }) => detail).join('; ');
  throw new Fault('refused', code, `${SUBJECT[code]}: ${list}.`, {
    hints: matrixHints(open, directory),
    details: { mission_slug: directory, failed_checks: open, file: first.file, line: first.line },
  });
}
