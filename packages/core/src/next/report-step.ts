import { hasEnded } from '../log/require-unmerged.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import type { NextDecision } from './decide-next.ts';

/** What an agent says about the step it was given. */
export interface StepReport {
  readonly agent: string;
  readonly result: 'success' | 'failed' | 'blocked';
  /** What `next` answers at the time of the report. */
  readonly decision: NextDecision;
}

/**
 * Appends one row about a step and changes nothing else: the board alone decides what comes next.
 *
 * @returns whether it is on record; a merge that is reported has ended the log itself.
 */
export async function reportStep(
  ports: Pick<WorkPorts, 'log' | 'clock' | 'ids'>,
  { mission }: Pick<MissionView, 'mission'>,
  { agent, result, decision }: StepReport,
): Promise<boolean> {
  return ports.log.append(mission, 'next --result', (log) => {
    if (hasEnded(log)) return { rows: [], value: false };
    const writer = new RowWriter({ ...ports, mission }, log);
    const step = decision.kind === 'step' ? decision : undefined;
    const payload = {
      agent,
      result,
      mission_slug: mission.directory,
      action: step?.action ?? null,
      wp_id: step?.wp ?? null,
    };
    const aggregate = { id: mission.missionId, type: 'Mission' as const };
    return { rows: [writer.lifecycle('StepReported', aggregate, payload)], value: true };
  });
}
