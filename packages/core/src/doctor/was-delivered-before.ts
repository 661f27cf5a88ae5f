import type { Mission } from '../ports/mission-store.ts';
import { isSettled } from '../status/package-state.ts';
import type { LogState } from '../status/reduce.ts';
import { codeLanes } from './diagnose-lanes.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/**
 * Tells whether the predecessor delivered a mission, whose merges often left neither a row nor a `done`.
 *
 * Everything is approved then, nothing was ever written to the log here, and no lane has a branch to merge any more.
 */
export async function wasDeliveredBefore(
  ports: Pick<DoctorPorts, 'storedLog' | 'lanes'>,
  mission: Mission,
  { packages }: LogState,
): Promise<boolean> {
  const known = [...packages.values()];
  const ended = known.every(
    ({ slot, commit, firstBaseCommit }) =>
      (isSettled(slot.lane) || slot.lane === 'canceled') && commit === null && firstBaseCommit === null,
  );
  if (known.length === 0 || !ended || ports.storedLog(mission).journal !== undefined) return false;
  if (mission.files.read('lanes.json') === undefined) return true;
  const contexts = codeLanes(mission);
  if (!Array.isArray(contexts)) return false;
  const lanes = await ports.lanes();
  for (const { folder, branches } of contexts)
    if ((await lanes.inspect(folder, branches)).tip !== undefined) return false;
  return true;
}
