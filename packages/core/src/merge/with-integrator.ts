import type { Integrator } from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { Mission } from '../ports/mission-store.ts';

/** One merge of a repository at a time: two could rest on one target. */
export async function withIntegrator<T>(
  ports: MergePorts,
  mission: Mission,
  body: (integrator: Integrator) => Promise<T>,
): Promise<T> {
  return ports.lock.hold('merge', `merge ${mission.directory}`, async () => {
    const integrator = await ports.integrator(mission);
    try {
      return await body(integrator);
    } finally {
      integrator.discard();
    }
  });
}
