import { canceledDependencies, pastCanceled } from '../next/canceled-dependencies.ts';
import { nextPackages } from '../next/next-packages.ts';
import { listed } from '../listed.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { LogState } from '../status/reduce.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { DoctorPorts } from './doctor-ports.ts';

/** Names the packages that wait for what is canceled, and so for ever. */
export async function diagnoseDependencies(
  ports: Pick<DoctorPorts, 'viewOf'>,
  mission: Mission,
  state: LogState,
): Promise<readonly DoctorFinding[]> {
  if (![...state.packages.values()].some(({ slot }) => slot.lane === 'canceled')) return [];
  const packages = nextPackages(await ports.viewOf(mission));
  return packages.flatMap((wp) => {
    const canceled = canceledDependencies(wp, packages);
    if (canceled.length === 0) return [];
    return [
      {
        severity: 'warning',
        category: 'canceled_dependency',
        wp_id: wp.id,
        message: `${wp.id} waits for ${listed(canceled)}, which ${canceled.length === 1 ? 'is' : 'are'} canceled.`,
        recommended_action: pastCanceled(mission.directory, wp.id, canceled).join(' '),
      },
    ];
  });
}
