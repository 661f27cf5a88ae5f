import { shellWord } from '../shell-word.ts';
import type { MatrixFinding } from './matrix-findings.ts';

/** The next command for what a matrix leaves open, one for each of its files; `handle` names the mission. */
export function matrixHints(findings: readonly MatrixFinding[], handle: string): readonly string[] {
  const hints = findings.map(({ check, file, rows: [row] }) => {
    if (row === undefined) return `Repair ${file}, then run the command again.`;
    return check === 'issue_matrix'
      ? `Settle it with \`spec-kitty agent issue-verdict --issue ${shellWord(row)} --verdict fixed --evidence <reference> --mission ${shellWord(handle)}\`.`
      : `Judge it with \`spec-kitty agent mission acceptance-verdict --criterion ${shellWord(row)} --result pass --evidence <reference> --mission ${shellWord(handle)}\`.`;
  });
  const checks = findings.map(({ check }) => check);
  return hints.filter((_, index) => checks.indexOf(checks[index] ?? 'issue_matrix') === index);
}
