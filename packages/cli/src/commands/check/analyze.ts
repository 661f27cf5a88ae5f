import { checkMission } from '@spec-kitty/core/check/check-mission';
import { gatherCheck } from '@spec-kitty/core/check/gather-check';
import { counted } from '@spec-kitty/core/counted';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { renderTable } from '../../render/table.ts';
import { recordedAnalysis } from '../agent/mission/record-analysis.ts';
import { checkDocument, findingLines, tally } from './check-document.ts';

/** Shows findings, coverage and the recorded analysis; all of it is an answer, so the exit code is 0. */
export async function analyze(
  this: AppContext,
  { mission: handle, json }: { mission?: string; json: boolean },
): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(handle);
  const { mission } = view;
  const input = await gatherCheck(workspace, view);
  const report = checkMission(input);
  const recorded = recordedAnalysis(input.files);
  const requirements = report.coverage.map(({ id, line, packages }) => ({
    id,
    line,
    work_packages: packages,
  }));
  this.show(json, { ...checkDocument(mission, report), requirements, analysis: recorded }, () =>
    [
      ...findingLines(mission, report),
      tally(mission, report),
      '',
      ...(requirements.length === 0
        ? ['spec.md declares no requirement.']
        : [
            renderTable(
              ['REQUIREMENT', 'DELIVERED BY'],
              requirements.map((one) => [one.id, one.work_packages.join(', ') || '-']),
            ),
            `${report.mappedFunctional} of ${counted(report.totalFunctional, 'functional requirement')} delivered by a package.`,
          ]),
      '',
      sentence(recorded, mission.directory),
    ].join('\n'),
  );
}

function sentence(recorded: ReturnType<typeof recordedAnalysis>, mission: string): string {
  if (recorded === null)
    return `No analysis is recorded. To record yours, run \`spec-kitty agent mission record-analysis --input-file <file> --mission ${shellWord(mission)}\`.`;
  const changed =
    recorded.changed_since.length === 0 ? '' : ` ${recorded.changed_since.join(', ')} changed since.`;
  return `The recorded analysis says "${recorded.verdict ?? 'nothing'}".${changed}`;
}
