import { checkMission } from '@spec-kitty/core/check/check-mission';
import { gatherCheck } from '@spec-kitty/core/check/gather-check';
import { Fault } from '@spec-kitty/core/fault';
import { findGaps, type Gap } from '@spec-kitty/core/trace/trace-gaps';
import { traceMission } from '@spec-kitty/core/trace/trace-mission';
import { traceSarif } from '@spec-kitty/core/trace/trace-sarif';
import { Git } from '@spec-kitty/local/git/git';
import { GitTraceTrees } from '@spec-kitty/local/trace/git-trace-trees';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { traceDocument, traceText } from './trace-document.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
  readonly sarif: boolean;
  readonly failOn?: Gap;
}

/** Traces one mission; gaps are an answer, and exit 1 only where that is asked for. */
export async function trace(
  this: AppContext,
  { mission: handle, json, sarif, failOn }: Flags,
): Promise<void> {
  if (json && sarif)
    throw new Fault('usage', 'FLAGS_EXCLUDE_EACH_OTHER', 'Only one of --json and --sarif can be printed.', {
      hints: ['Leave one of them out.'],
    });
  const workspace = await this.workspace();
  const view = await workspace.view(handle);
  const { coverage } = checkMission(await gatherCheck(workspace, view));
  const lanes = await workspace.lanes();
  const trees = new GitTraceTrees(new Git(workspace.repository.primary, this.env));
  const hasOthers = workspace.missions.directories().some((name) => name !== view.mission.directory);
  const traced = await traceMission({ lanes, trees, hasOthers }, view, coverage);
  const gaps = findGaps(traced, failOn);
  const { directory } = view.mission;
  if (sarif) this.stdout(`${JSON.stringify(traceSarif(gaps, { mission: directory, version }), null, 2)}\n`);
  else
    this.show(json, traceDocument(view, { traced, gaps, failOn: failOn ?? null }), () =>
      traceText(view, { traced, gaps }),
    );
  if (gaps.some(({ severity }) => severity === 'error')) this.exit.code = 1;
}
