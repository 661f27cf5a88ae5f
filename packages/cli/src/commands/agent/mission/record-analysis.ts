import { createHash } from 'node:crypto';
import {
  ANALYSED,
  analysisFindings,
  analysisReport,
  analysisVerdict,
} from '@spec-kitty/core/check/analysis-report';
import { counted } from '@spec-kitty/core/counted';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import { parseYamlMapping } from '@spec-kitty/core/planning/frontmatter/parse-yaml-mapping';
import { splitFrontmatter } from '@spec-kitty/core/planning/frontmatter/split-frontmatter';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { readGivenText } from '@spec-kitty/local/files/read-given-text';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly inputFile: string;
  readonly agent?: string;
  readonly json: boolean;
}

const REPORT = 'analysis-report.md';

/** Writes the report; an earlier one is in Git, or was never kept. */
export async function recordAnalysis(this: AppContext, flags: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(flags.mission);
  requireCheckedOut(mission, await workspace.branch());
  const text = readGivenText(this.cwd, flags.inputFile, '--input-file');
  if (text.trim() === '')
    throw new Fault('refused', 'ANALYSIS_EMPTY', 'The analysis has no text.', {
      hints: ['Give a Markdown file, or - for standard input.'],
    });
  const file = `kitty-specs/${mission.directory}/${REPORT}`;
  const report = analysisReport(text, {
    mission: mission.directory,
    missionId: mission.missionId,
    agent: flags.agent ?? null,
    at: formatInstant(this.clock.nowMicros()),
    inputs: hashes(mission.files),
  });
  workspace.files.rewrite(file, report);
  const findings = analysisFindings(text);
  const { verdict, counts } = analysisVerdict(findings);
  const document = {
    result: 'success',
    mission_slug: mission.directory,
    report_file: file,
    verdict,
    issue_counts: counts,
  };
  this.show(
    flags.json,
    document,
    () => `Wrote ${file}: ${counted(findings.length, 'finding')}, so the verdict is "${verdict}".`,
  );
}

/** The verdict on record and the documents that have changed since; `null` where no report can be read. */
export function recordedAnalysis(files: MissionFiles) {
  const split = splitFrontmatter(files.read(REPORT) ?? '');
  const parsed = split && parseYamlMapping(split.yaml);
  if (!parsed?.ok) return null;
  const { verdict, input_artifacts: inputs } = parsed.values;
  const now = hashes(files);
  const before = (file: string) => {
    const input = isJsonObject(inputs) ? inputs[file] : undefined;
    return isJsonObject(input) ? input['sha256'] : undefined;
  };
  return {
    verdict: typeof verdict === 'string' ? verdict : null,
    changed_since: ANALYSED.filter((file) => before(file) !== now[file]),
  };
}

function hashes(files: MissionFiles): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ANALYSED.flatMap((file) => {
      const text = files.read(file);
      return text === undefined ? [] : [[file, createHash('sha256').update(text).digest('hex')]];
    }),
  );
}
