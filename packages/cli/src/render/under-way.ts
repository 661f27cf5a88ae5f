import { Fault } from '@spec-kitty/core/fault';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** One sentence for each resolution of conflicts that is under way; a record that cannot be read is one to tell of, too. */
export async function resolutionsUnderWay(
  workspace: Workspace,
  mission: Mission,
): Promise<readonly string[]> {
  try {
    const open = await workspace.resolutions(mission);
    if (open.length === 0) return [];
    const { underWay } = await import('@spec-kitty/core/conflicts/resolution-sentences');
    return open.map((resolution) => underWay(mission.directory, resolution));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [[error.message, ...error.hints].join(' ')];
  }
}
