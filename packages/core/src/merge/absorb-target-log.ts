import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { Integrator } from '../ports/integration.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../ports/mission-store.ts';
import { decodeLog, type LogRows } from '../status/decode-log.ts';
import type { WorkPorts } from '../work/work-ports.ts';

/**
 * Takes rows from the log on the target branch that are not here yet.
 *
 * They are there when a merge was killed after it moved the target, or when somebody else merged and the commit was
 * fetched; either way they are true.
 */
export async function absorbTargetLog(
  ports: Pick<WorkPorts, 'log'>,
  integrator: Integrator,
  mission: Mission,
): Promise<void> {
  const path = `kitty-specs/${mission.directory}/status.events.jsonl`;
  const branch = targetBranch(mission.meta);
  const text = await integrator.show(branch, path);
  if (text === undefined) return;
  const there = decodeLog([{ text, file: `${branch}:${path}` }]);
  await ports.log.append(mission, 'merge', (here) => ({ rows: missing(there, here), value: undefined }));
}

function missing(there: LogRows, here: LogRows): readonly NewRow[] {
  const known = new Set(all(here).map((row) => row.event_id));
  return all(there).filter((row) => !known.has(row.event_id));
}

function all({ laneEvents, annotations, lifecycle }: LogRows): readonly NewRow[] {
  return [...laneEvents, ...annotations, ...(lifecycle as unknown as readonly NewRow[])];
}
