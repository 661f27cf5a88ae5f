import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { parseWorkPackageId } from '@spec-kitty/protocol/work-package-id';
import type { AppContext } from '../../../context.ts';
import { type Identity, NO_MISSION, type OrchestratorCommand, printEnvelope } from './envelope.ts';
import { identityOf } from './identity-of.ts';
import type { Facts } from './payload-schemas.ts';
import { reportInEnvelope } from './report-in-envelope.ts';

/** A command about one mission. */
interface Question<C extends OrchestratorCommand> {
  readonly command: C;
  readonly mission: string;
  readonly actor?: string;
  /** Package as the caller names it. */
  readonly wp?: string;
  /** What a failure tells, too, once the mission is found. */
  readonly known?: (view: MissionView) => object;
}

/** Resolves the mission once for every command, and prints what a body finds or does as the one envelope; it never throws. */
export async function answer<C extends OrchestratorCommand>(
  context: AppContext,
  { command, mission: handle, actor, wp, known }: Question<C>,
  body: (workspace: Workspace, view: MissionView) => Promise<Facts<C>>,
): Promise<void> {
  let identity: Identity = NO_MISSION;
  let facts: object = wp === undefined ? {} : { wp_id: parseWorkPackageId(wp) ?? wp };
  try {
    const workspace = await context.workspace();
    const view = await workspace.view(handle);
    identity = identityOf(view.mission);
    facts = { ...facts, ...known?.(view) };
    const data = { ...identity, ...(await body(workspace, view)) };
    printEnvelope(context, { command, errorCode: null, data });
  } catch (error) {
    context.exit.code = reportInEnvelope(error, { command, identity, actor, facts }, context);
  }
}
