import { missionBoard } from '@spec-kitty/core/board/mission-board';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { lastActions } from './show/last-actions.ts';
import { openRun } from './open-run.ts';
import { renderOverview, resumeLines } from './show/render-overview.ts';
import { type OverviewDocument, overviewDocument } from './show/overview-document.ts';
import { goesOn, outcomeSentence } from './show/run-sentences.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Shows where the latest run of a mission stands. */
export async function runStatus(this: AppContext, { mission, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const opened = openRun(workspace, view.mission);
  const nowMicros = this.clock.nowMicros();
  const board = missionBoard(view, nowMicros);
  const document = overviewDocument(
    { view, board, run: opened.runs.at(-1), isRunning: opened.engine !== null },
    lastActions(opened),
  );
  this.show(json, document, () =>
    [renderOverview(document, nowMicros / 1000), ...resumeLines(document), standing(document)].join('\n\n'),
  );
}

function standing({ mission, state, outcome, reason, waiting }: OverviewDocument): string {
  switch (state) {
    case 'none':
      return `No run of it was ever started; \`spec-kitty run --mission ${shellWord(mission)}\` starts one.`;
    case 'running':
      return `It is under way; \`spec-kitty run stop --mission ${shellWord(mission)}\` ends it.`;
    case 'interrupted':
      return `Its engine was killed; \`spec-kitty run resume --mission ${shellWord(mission)}\` goes on.`;
    case 'ended': {
      const how = outcome === null ? '' : endedSentence(outcome, reason, waiting);
      return outcome === 'complete'
        ? how
        : `${how}${how.includes('\n') ? '\n' : ' '}${goesOn(mission, outcome)}`;
    }
  }
}

/** Of what it waited for, only what nobody has dealt with since. */
function endedSentence(...[outcome, reason, waiting]: Parameters<typeof outcomeSentence>): string {
  return outcome === 'waiting' && reason === ''
    ? 'What the run waited for has been dealt with since.'
    : outcomeSentence(outcome, reason, waiting);
}
