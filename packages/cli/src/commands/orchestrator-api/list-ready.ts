import { unsatisfiedDependencies } from '@spec-kitty/core/next/decide-next';
import { nextPackages } from '@spec-kitty/core/next/next-packages';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';
import type { Facts } from './contract/payload-schemas.ts';

/** Lists the planned packages whose dependencies are approved or done. */
export async function listReady(this: AppContext, { mission }: { readonly mission: string }): Promise<void> {
  await answer(this, { command: 'list-ready', mission }, async (_, view) => listReadyFacts(view));
}

/** A package that no event knows stands where it will be planned: orchestrators have always been told so. */
const UNSTARTED: ReadonlySet<string> = new Set(['planned', 'genesis']);

/**
 * Packages that could be started as far as the plan goes (`corpus/expected/ready.json`): whether they are finalized
 * and their lane is free is for the claim to say.
 */
export function listReadyFacts(view: MissionView): Facts<'list-ready'> {
  const packages = nextPackages(view);
  const ready = packages.filter(
    (wp) => UNSTARTED.has(wp.lane) && unsatisfiedDependencies(wp, packages).length === 0,
  );
  return {
    ready_work_packages: ready.map(({ id }) => ({
      wp_id: id,
      lane: 'planned',
      dependencies_satisfied: true,
    })),
  };
}
