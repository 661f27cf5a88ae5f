import type { CheckReport } from '@spec-kitty/core/check/check-mission';
import { CHECK_RULES, type Severity } from '@spec-kitty/core/check/check-rules';
import { counted } from '@spec-kitty/core/counted';
import type { Mission } from '@spec-kitty/core/ports/mission-store';

/** What `check --json` prints; `analyze` adds to it. */
export function checkDocument({ directory, meta }: Mission, report: CheckReport) {
  const counts = severities(report);
  return {
    mission_slug: directory,
    mission_type: meta.mission_type ?? null,
    passed: counts.error === 0,
    error_count: counts.error,
    warning_count: counts.warning,
    note_count: counts.note,
    findings: report.findings.map(({ rule, file, line, column, message }) => ({
      rule_id: CHECK_RULES[rule].id,
      rule,
      severity: CHECK_RULES[rule].severity,
      file: `kitty-specs/${directory}/${file}`,
      line: line ?? null,
      column: column ?? null,
      message,
      mend: CHECK_RULES[rule].mend,
    })),
    coverage: {
      total_functional: report.totalFunctional,
      mapped_functional: report.mappedFunctional,
      unmapped_functional: report.coverage
        .filter(({ id, packages }) => id.startsWith('FR-') && packages.length === 0)
        .map(({ id }) => id),
    },
  };
}

/** Each finding as one line that an editor can jump to; how to mend it stands below the last one of its rule in a file. */
export function findingLines({ directory }: Mission, { findings }: CheckReport): readonly string[] {
  return findings.flatMap(({ rule, file, line, column, message }, index) => {
    const { id, severity, mend } = CHECK_RULES[rule];
    const place = [file, line, line === undefined ? undefined : column]
      .filter((part) => part !== undefined)
      .join(':');
    const next = findings[index + 1];
    return [
      `kitty-specs/${directory}/${place}: ${severity} ${id}: ${message}`,
      ...(next?.rule === rule && next.file === file ? [] : [`    ${mend}`]),
    ];
  });
}

/** How many findings of each kind there are. */
export function tally({ directory }: Mission, report: CheckReport): string {
  const { error, warning, note } = severities(report);
  return `${directory}: ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(note, 'note')}.`;
}

function severities({ findings }: CheckReport): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) =>
    findings.filter(({ rule }) => CHECK_RULES[rule].severity === severity).length;
  return { error: count('error'), warning: count('warning'), note: count('note') };
}
