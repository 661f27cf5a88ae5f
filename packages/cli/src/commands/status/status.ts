import { missionBoard } from '@spec-kitty/core/board/mission-board';
import { Fault } from '@spec-kitty/core/fault';
import { askNext } from '@spec-kitty/core/next/ask-next';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { hasFiles, whereabouts } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../context.ts';
import { boardDocument } from '../../render/board-document.ts';
import { printable } from '../../render/printable.ts';
import { renderBoard } from '../../render/board.ts';
import { autoCommit } from '../agent/tasks/auto-commit.ts';
import { missionEntry, missionsJson, renderMissions } from './all-missions.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly all: boolean;
  readonly mission?: string;
  readonly json: boolean;
}

/** Prints the board of one mission and what comes next, or one line for every mission. */
export async function status(this: AppContext, { all, mission, json }: Flags): Promise<void> {
  if (all && mission !== undefined) {
    throw new Fault('usage', 'USAGE_ERROR', 'Give --all or --mission, not both.', {
      hints: ['--all shows every mission.'],
    });
  }
  const workspace = await this.workspace();
  if (all) {
    const missions = await workspace.summaries(missionEntry);
    this.stdout(`${json ? missionsJson(missions) : printable(renderMissions(missions))}\n`);
    return;
  }
  const view = await workspace.view(mission);
  const board = missionBoard(view, this.clock.nowMicros());
  const document = json ? boardDocument(view, board, await autoCommit(workspace)) : undefined;
  this.show(json, document, () => `${renderBoard(view, board)}\n\n${nextLine(view)}`);
}

function nextLine(view: MissionView): string {
  if (!hasFiles(view.mission)) {
    const { sentence, hints } = whereabouts(view.mission, undefined);
    return [sentence, ...hints].join(' ');
  }
  const next = askNext(view, null);
  const { directory } = view.mission;
  switch (next.kind) {
    case 'step': {
      const reason = next.reason === null ? '' : ` ${next.reason}`;
      const what = next.wp === null ? next.action : `${next.action} ${next.wp}`;
      return `Next: ${what}.${reason} Run \`spec-kitty next --mission ${shellWord(directory)} --agent <agent>\`.`;
    }
    case 'decision_required':
      return `Next: answer "${next.decision.question}"`;
    case 'blocked':
      return `Next: wait. ${next.reason}`;
    case 'terminal':
      return `Nothing is left to do. ${next.reason}`;
  }
}
