import { checkMission } from '@spec-kitty/core/check/check-mission';
import { gatherCheck } from '@spec-kitty/core/check/gather-check';
import { listed } from '@spec-kitty/core/listed';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** A sentence for each requirement that only canceled packages were to deliver: what is canceled covers nothing. */
export async function canceledRequirements(
  workspace: Workspace,
  view: MissionView,
): Promise<readonly string[]> {
  const isCanceled = (id: string) => view.state.packages.get(id)?.slot.lane === 'canceled';
  if (!view.packages.some(({ id }) => isCanceled(id))) return [];
  const { coverage } = checkMission(await gatherCheck(workspace, view));
  return coverage
    .filter(({ packages }) => packages.length > 0 && packages.every(isCanceled))
    .map(({ id, packages }) => {
      const [names, are] = packages.length === 1 ? ['names', 'is'] : ['name', 'are'];
      return `${id} is delivered by nothing: only ${listed(packages)} ${names} it, which ${are} canceled.`;
    });
}
