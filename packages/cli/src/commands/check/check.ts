import { checkMission } from '@spec-kitty/core/check/check-mission';
import { CHECK_RULES } from '@spec-kitty/core/check/check-rules';
import { gatherCheck } from '@spec-kitty/core/check/gather-check';
import { sarifLog } from '@spec-kitty/core/check/sarif-log';
import { Fault } from '@spec-kitty/core/fault';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { checkDocument, findingLines, tally } from './check-document.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
  readonly sarif: boolean;
}

/** Checks one mission; findings are an answer, and errors among them exit 1. */
export async function check(this: AppContext, { mission: handle, json, sarif }: Flags): Promise<void> {
  if (json && sarif)
    throw new Fault('usage', 'FLAGS_EXCLUDE_EACH_OTHER', 'Only one of --json and --sarif can be printed.', {
      hints: ['Leave one of them out.'],
    });
  const workspace = await this.workspace();
  const view = await workspace.view(handle);
  const { mission } = view;
  const report = checkMission(await gatherCheck(workspace, view));
  if (sarif)
    this.stdout(`${JSON.stringify(sarifLog(report, { mission: mission.directory, version }), null, 2)}\n`);
  else
    this.show(json, checkDocument(mission, report), () =>
      [...findingLines(mission, report), tally(mission, report)].join('\n'),
    );
  if (report.findings.some(({ rule }) => CHECK_RULES[rule].severity === 'error')) this.exit.code = 1;
}
