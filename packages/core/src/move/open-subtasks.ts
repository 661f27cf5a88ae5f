import { Fault } from '../fault.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { shellWord } from '../shell-word.ts';
import type { PackageState } from '../status/package-state.ts';
import { SETTLING } from './move-route.ts';

/** Subtasks that are not done; notes about them do not move the package, so it is asked again under the lock. */
export function openSubtasks(wp: WorkPackage, known: PackageState | undefined): readonly string[] {
  return wp.subtasks.filter((id) => known?.slot.subtasks?.[id] !== 'done');
}

/**
 * Refuses to enter a lane for finished work while subtasks are open.
 *
 * @throws Fault `SUBTASKS_OPEN`.
 */
export function requireSubtasksDone(
  { mission, state }: MissionView,
  wp: WorkPackage,
  lanes: readonly string[],
): void {
  const open = openSubtasks(wp, state.packages.get(wp.id));
  if (open.length === 0 || !lanes.some((lane) => SETTLING.has(lane))) return;
  throw new Fault('refused', 'SUBTASKS_OPEN', `${wp.id} has open subtasks: ${open.join(', ')}.`, {
    hints: [
      `Run \`spec-kitty agent tasks mark-status ${open.map(shellWord).join(' ')} --status done --mission ${shellWord(mission.directory)}\` once they are.`,
    ],
    details: { wp_id: wp.id, open_subtasks: open },
  });
}
