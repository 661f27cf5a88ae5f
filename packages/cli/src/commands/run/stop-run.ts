import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { Ending } from '@spec-kitty/core/run/ending';
import { endLeftBehind } from '@spec-kitty/core/run/end-left-behind';
import type { RunState } from '@spec-kitty/core/run/run-state';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { mergeRecord } from '@spec-kitty/local/pending-merges/unfinished-merge';
import { endProcessesOf } from '@spec-kitty/local/process/end-processes';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { StopRequest } from '@spec-kitty/local/run/stop-request';
import type { AppContext } from '../../context.ts';
import { openAgents } from './open-agents.ts';
import { lastRun, openRun } from './open-run.ts';
import { runPorts } from './run-ports.ts';
import { foundSentences } from './show/run-sentences.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Longer than agents get to end by themselves. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 200;

/** Ends a run, whether its engine is there or was killed. */
export async function runStop(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const { mission } = await workspace.view(handle);
  const look = () => openRun(workspace, mission);
  const run = lastRun(look(), mission);
  const resume = `\`spec-kitty run resume --mission ${shellWord(mission.directory)}\` goes on.`;
  const request = new StopRequest(look().folder);
  const under = look().engine;
  const showEnded = ({ ended }: RunState): void =>
    this.show(
      json,
      { mission: mission.directory, stopped: false, was: 'ended' },
      () =>
        `No run of ${mission.directory} is under way${ended?.outcome === 'complete' ? ': it is complete.' : `. ${resume}`}`,
    );
  if (under === null && run.ended !== null) {
    showEnded(run);
    return;
  }
  if (under === null) {
    const found = await endKilled(this, workspace, mission);
    this.show(json, { mission: mission.directory, stopped: true, was: 'interrupted' }, () =>
      [
        `The run of ${mission.directory} had been interrupted; nothing of it runs any more. ${resume}`,
        ...found,
      ].join('\n'),
    );
    return;
  }
  request.leave();
  for (let waited = 0; look().engine !== null; waited += LOOK_MS) {
    if (waited >= PATIENCE_MS)
      throw new Fault(
        'busy',
        'RUN_NOT_ENDED',
        `The run of ${mission.directory} was told to stop and is not through yet.`,
        {
          hints: [
            `It ends after what it is at; \`spec-kitty run status --mission ${shellWord(mission.directory)}\` shows that.`,
          ],
          details: { mission: mission.directory },
        },
      );
    await pause(LOOK_MS);
  }
  const last = lastRun(look(), mission);
  if (last.ended?.outcome === 'complete') showEnded(last);
  else
    this.show(
      json,
      { mission: mission.directory, stopped: true, was: 'running' },
      () =>
        `The run of ${mission.directory} has ended, and its agents with it. What they committed is kept. ${resume}`,
    );
}

/** Ends what an engine that was killed has started and may still be there. @returns what is known of its attempts, for people. */
async function endKilled(
  context: AppContext,
  workspace: Workspace,
  mission: Mission,
): Promise<readonly string[]> {
  const { folder, journal } = openRun(workspace, mission);
  const { runner, fence } = await openAgents(context, workspace, folder);
  const { env } = context;
  const guard = { fence, mission };
  const ports = runPorts(workspace, { journal, agents: runner, stop: new Ending(), env, folder, guard });
  const found = await endLeftBehind(ports, mission);
  await endLeftMerge(workspace, mission);
  return found
    .map(({ wp, ...left }) => [wp, foundSentences(left).join(' ')] as const)
    .filter(([, says]) => says !== '')
    .map(([wp, says]) => `${wp}: ${says}`);
}

/** Ends the validation of a merge that was killed with its engine, unless another merge is under way by now. */
async function endLeftMerge(
  { lock, repository }: Workspace,
  { missionId, directory }: Mission,
): Promise<void> {
  try {
    await lock.hold('merge', `run stop ${directory}`, () =>
      endProcessesOf(mergeRecord(repository, missionId)),
    );
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'LOCK_BUSY') throw error;
  }
}
