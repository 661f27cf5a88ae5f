import { missionBoard } from '@spec-kitty/core/board/mission-board';
import { Fault } from '@spec-kitty/core/fault';
import { askNext } from '@spec-kitty/core/next/ask-next';
import { recordedMerge } from '@spec-kitty/core/merged/recorded-merge';
import { isWork, type NextDecision } from '@spec-kitty/core/next/decide-next';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import { hasFiles, whereabouts } from '@spec-kitty/core/mission/require-branch';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { boardDocument } from '../../render/board-document.ts';
import { printable } from '@spec-kitty/core/printable';
import { resolutionsUnderWay } from '../../render/under-way.ts';
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
    const isOpen = (directory: string) => workspace.missions.isOpen(directory);
    this.stdout(`${json ? missionsJson(missions) : printable(renderMissions(missions, isOpen))}\n`);
    return;
  }
  await board.call(this, { json, ...(mission !== undefined && { mission }) });
}

/** Prints the board of one mission and what comes next. */
export async function board(this: AppContext, { mission, json }: Omit<Flags, 'all'>): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const found = missionBoard(view, this.clock.nowMicros());
  const document = json ? boardDocument(view, found, await autoCommit(workspace)) : undefined;
  const lines = json
    ? []
    : [...(await resolutionsUnderWay(workspace, view.mission)), await nextLine(view, workspace)];
  this.show(json, document, () => `${renderBoard(view, found)}\n\n${lines.join('\n')}`);
}

async function nextLine(view: MissionView, workspace: Workspace): Promise<string> {
  if (!hasFiles(view.mission)) {
    const { sentence, hints } = whereabouts(view.mission, undefined);
    return [sentence, ...hints].join(' ');
  }
  const asked = askNext(view, null);
  const merged = recordedMerge(view) !== null;
  return asked.kind === 'blocked' && !merged
    ? waitLine(asked.reason, view, workspace)
    : lineOn(asked, view, { workspace, merged });
}

/** What the log and the files say comes next, and what only the target and the Git directory know. */
async function lineOn(
  asked: NextDecision,
  view: MissionView,
  { workspace, merged }: { readonly workspace: Workspace; readonly merged: boolean },
): Promise<string> {
  if (!merged && !(await needsGit(asked, view, workspace))) return nextSentence(view, asked);
  const openLanes = () => workspace.lanes();
  const { stillMerged } = await import('@spec-kitty/core/merged/still-merged');
  const { endingStep } = await import('@spec-kitty/core/accept/ending-step');
  try {
    const still = merged ? await stillMerged(view, asked, openLanes) : asked;
    const next = await endingStep(view, still, openLanes);
    if (next.kind === 'blocked' && asked.kind !== 'blocked') return `Blocked. ${next.reason}`;
    return nextSentence(view, next);
  } catch (error) {
    // A Git that may not be asked must not keep the board from being shown.
    if (!(error instanceof Fault)) throw error;
    const unknown = merged
      ? 'the target still has the merge'
      : isWork(asked)
        ? 'the target is there'
        : 'the lanes are as they were approved';
    return [
      `${nextSentence(view, asked)} Whether ${unknown} is not known (${error.message}).`,
      ...error.hints,
    ].join(' ');
  }
}

/** What agents of a run have waits for nobody once it has ended. */
async function waitLine(reason: string, view: MissionView, workspace: Workspace): Promise<string> {
  const { leftByRun } = await import('../run/left-by-run.ts');
  const left = leftByRun(workspace, view);
  return left === undefined ? `Next: wait. ${reason}` : `Next: resume the run. ${reason} ${left}`;
}

/** Whether the files leave open what comes next. A target that is checked out is there, and needs no Git to say so. */
async function needsGit(
  asked: NextDecision,
  { mission: { meta } }: MissionView,
  workspace: Workspace,
): Promise<boolean> {
  if (isWork(asked)) return (await workspace.branch()) !== targetBranch(meta);
  return asked.kind === 'step' && (asked.action === 'accept' || asked.action === 'merge');
}

function nextSentence({ mission: { directory } }: MissionView, next: NextDecision): string {
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
