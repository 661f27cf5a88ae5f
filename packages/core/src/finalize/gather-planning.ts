import { isDropped } from '../log/packages-without-file.ts';
import { formatInstant } from '../instant.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import type { LogState } from '../status/reduce.ts';
import type { FinalizationInput } from './read-planning.ts';

/** Reads everything that finalizing a mission rests on, and that checking it does. */
export async function gatherPlanning(
  ports: Pick<WorkPorts, 'lanes' | 'clock'>,
  { directory, meta, files }: Mission,
  state: LogState,
): Promise<FinalizationInput> {
  return {
    mission: directory,
    meta,
    targetBranch: targetBranch(meta),
    spec: files.read('spec.md'),
    plan: files.read('plan.md'),
    tasksMd: files.read('tasks.md'),
    wpsYaml: files.read('wps.yaml'),
    lanesJson: files.read('lanes.json'),
    files: files.list('tasks').map((name) => ({ name, text: files.read(`tasks/${name}`) ?? '' })),
    progress: progressOf(state),
    trackedFiles: await (await ports.lanes()).trackedFiles(),
    computedAt: formatInstant(ports.clock.nowMicros()),
  };
}

function progressOf(state: LogState): FinalizationInput['progress'] {
  const entries = [...state.packages].flatMap(([id, known]) => {
    const { slot, everStarted: started, laneId } = known;
    const isNew = slot.lane === 'uninitialized' || isDropped(known);
    return isNew ? [] : [[id, { lane: slot.lane, started, laneId: laneId ?? undefined }] as const];
  });
  return new Map(entries);
}
