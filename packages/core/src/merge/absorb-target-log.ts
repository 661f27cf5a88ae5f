import type { NewRow } from '@spec-kitty/protocol/status-row';
import type { Integrator } from '../ports/integration.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { decodeLog, eventIds, type LogRows, type LogSource, rawRows } from '../status/rows/decode-log.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/**
 * Takes rows from the log on the target branch that are not here yet, exactly as they are there.
 *
 * They are there when somebody else merged and the commit was fetched; they are true.
 *
 * @throws Fault `LOG_CORRUPT` naming branch and line.
 */
export async function absorbTargetLog(
  ports: Pick<WorkPorts, 'log' | 'branch'>,
  integrator: Integrator,
  mission: Mission,
): Promise<void> {
  const path = `kitty-specs/${mission.directory}/status.events.jsonl`;
  const branch = targetBranch(mission.meta);
  const text = await integrator.show(branch, path);
  if (text === undefined) return;
  const source = { text, file: `${branch}:${path}` };
  const journalOnly = (await ports.branch()) !== branch;
  await ports.log.append(mission, 'merge', (here, own) => {
    // Together, so that one event with two contents stops here: whose is true is not ours to say.
    decodeLog([{ text: own, file: path }, source]);
    return { rows: missing(source, here), value: undefined, journalOnly };
  });
}

/** Undecoded: decoding completes old rows, and one event would then have two contents. */
function missing(source: LogSource, here: LogRows): readonly NewRow[] {
  const known = eventIds(here);
  const rows = rawRows(source).filter(({ event_id: id }) => typeof id === 'string' && !known.has(id));
  return rows as readonly unknown[] as readonly NewRow[];
}
