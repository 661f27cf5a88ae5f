import { MISSION_TYPES, type MissionType, requireMissionType } from '@spec-kitty/core/mission/mission-types';
import type { AppContext } from '../../context.ts';
import { renderTable } from '../../render/table.ts';

/** Lists all types. */
export async function listTypes(this: AppContext, { json }: { json: boolean }): Promise<void> {
  this.show(json, { mission_types: MISSION_TYPES.map(typeDocument), count: MISSION_TYPES.length }, () =>
    renderTable(
      ['TYPE', 'STEPS'],
      MISSION_TYPES.map(({ id, steps }) => [id, steps.map((step) => step.id).join(' → ')]),
    ),
  );
}

/** Shows one type. */
export async function showType(this: AppContext, { json }: { json: boolean }, id: string): Promise<void> {
  const type = requireMissionType(id);
  this.show(json, typeDocument(type), () =>
    [
      `${type.id}: ${type.name}. ${type.needsPackages ? 'Delivered by work packages.' : 'Delivered by documents; work packages if there are any.'}`,
      renderTable(
        ['STEP', 'LEAVES', 'TASK'],
        type.steps.map(({ id: step, artifact, task }) => [step, artifact ?? '-', task]),
      ),
    ].join('\n'),
  );
}

function typeDocument({ id, name, needsPackages, steps }: MissionType) {
  return {
    id,
    display_name: name,
    needs_work_packages: needsPackages,
    action_sequence: steps.map((step) => step.id),
    steps,
  };
}
