import { missionBoard } from '@spec-kitty/core/board/mission-board';
import type { AppContext } from '../../../context.ts';
import { boardDocument } from '../../../render/board-document.ts';
import { renderBoard } from '../../../render/board.ts';
import { autoCommit } from './auto-commit.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Prints the board of one mission. */
export async function board(this: AppContext, { mission, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const found = missionBoard(view, this.clock.nowMicros());
  const document = json ? boardDocument(view, found, await autoCommit(workspace)) : undefined;
  this.show(json, document, () => renderBoard(view, found));
}
