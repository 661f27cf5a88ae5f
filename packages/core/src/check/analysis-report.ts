import { quotedYaml } from '../planning/frontmatter/quoted-yaml.ts';

/** What a recorded analysis is about. */
export interface AnalysisFacts {
  readonly mission: string;
  readonly missionId: string;
  readonly agent: string | null;
  /** ISO time. */
  readonly at: string;
  /** SHA-256 of each planning document that there is, by its name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Planning documents that an analysis speaks of. */
export const ANALYSED = ['spec.md', 'plan.md', 'tasks.md'];

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
type Weight = (typeof SEVERITIES)[number];

interface AnalysisFinding {
  readonly id: string;
  readonly severity: Weight;
  readonly summary: string;
}

/**
 * Reads the findings of somebody's analysis: the rows of its tables that have a cell with a severity.
 *
 * The first cell is the id and the longest one the summary.
 */
export function analysisFindings(text: string): readonly AnalysisFinding[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.trimStart().startsWith('|')) return [];
    const cells = line.split('|').map((cell) => cell.replaceAll(/[*`]/g, '').trim());
    const severity = SEVERITIES.find((one) => cells.some((cell) => cell.toLowerCase() === one));
    const id = cells.find((cell) => cell !== '') ?? '';
    const summary = cells.toSorted((a, b) => b.length - a.length)[0] ?? '';
    return severity === undefined ? [] : [{ id, severity, summary }];
  });
}

/** How many findings of each severity there are, and whether work can begin in spite of them. */
export function analysisVerdict(findings: readonly AnalysisFinding[]) {
  const counts = Object.fromEntries(
    SEVERITIES.map((severity) => [severity, findings.filter((one) => one.severity === severity).length]),
  ) as Readonly<Record<Weight, number>>;
  return { verdict: counts.critical + counts.high > 0 ? ('blocked' as const) : ('ready' as const), counts };
}

/** Text of `analysis-report.md` (L§7.3): what was analysed, what came of it, and the analysis as it was given. */
export function analysisReport(text: string, facts: AnalysisFacts): string {
  const findings = analysisFindings(text);
  const { verdict, counts } = analysisVerdict(findings);
  const root = `kitty-specs/${facts.mission}`;
  const inputs = Object.entries(facts.inputs).map(([file, sha256]) => [
    file,
    { path: `${root}/${file}`, sha256 },
  ]);
  const keys = {
    schema_version: 1,
    artifact_type: 'analysis-report',
    command: 'record-analysis',
    mission_slug: facts.mission,
    mission_id: facts.missionId,
    generated_at: facts.at,
    analyzer_agent: facts.agent,
    input_artifacts: Object.fromEntries(inputs),
    verdict,
    issue_counts: counts,
    findings,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${quotedYaml(value)}`);
  return `---\n${lines.join('\n')}\n---\n\n${text.trim()}\n`;
}
