import { Fault } from '@spec-kitty/core/fault';
import { planScaffold, scaffoldFacts } from '@spec-kitty/core/mission/scaffolds';
import { planState, specState } from '@spec-kitty/core/mission/substance';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

/** Creates the plan's scaffold; an existing plan is left as it is. */
export async function setupPlan(
  this: AppContext,
  { mission: handle, json }: { mission?: string; json: boolean },
): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  requireCheckedOut(mission, await workspace.branch());
  const root = `kitty-specs/${mission.directory}`;
  if (specState(mission.files.read('spec.md')) !== 'substantive') {
    throw new Fault(
      'refused',
      'SPEC_NOT_SUBSTANTIVE_OR_UNCOMMITTED',
      `The specification has no functional requirement with text: ${root}/spec.md`,
      {
        hints: ['Write at least FR-001, then run the command again.'],
        details: { result: 'blocked', spec_file: `${root}/spec.md` },
      },
    );
  }
  const existing = mission.files.read('plan.md');
  if (existing === undefined) workspace.files.write(`${root}/plan.md`, planScaffold(scaffoldFacts(mission)));
  const document = {
    result: 'success',
    mission_slug: mission.directory,
    plan_file: `${root}/plan.md`,
    created: existing === undefined,
    substantive: planState(existing) === 'substantive',
    next_step: `Fill in ${root}/plan.md, then run spec-kitty next --mission ${shellWord(mission.directory)}`,
  };
  this.show(json, document, () =>
    existing === undefined
      ? `Created ${root}/plan.md. Fill it in, then run \`spec-kitty next --mission ${shellWord(mission.directory)}\`.`
      : `${root}/plan.md exists already; nothing was changed.`,
  );
}
