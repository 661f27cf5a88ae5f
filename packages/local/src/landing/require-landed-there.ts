import type { LaneCommit, MergeOrder } from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import type { History } from '../history/history.ts';
import { landedLanes } from './find-landed.ts';
import { mergedPart } from './merged-part.ts';
import { requireNotReverted } from './require-not-reverted.ts';

/**
 * Makes sure that what the target has had of lanes is there: of its own commits Git would merge nothing, whatever was
 * reverted since, and of others with the same changes it would bring back what was.
 *
 * @param history what the target lacks of the lanes.
 * @throws Fault `LANDING_REVERTED`.
 */
export async function requireLandedThere(
  git: Git,
  history: History,
  order: Pick<MergeOrder, 'mission' | 'target' | 'lanes' | 'proposal'>,
): Promise<void> {
  const { target: tip } = history;
  const { landed, missing } = await landedLanes(git, history, order);
  const there = new Set(landed.map(({ lane }) => lane));
  const lanes = order.lanes.filter(({ laneId }) => there.has(laneId));
  const parts: LaneCommit[] = [];
  for (const lane of missing) {
    const commit = await mergedPart(git, lane, tip);
    if (commit !== undefined) parts.push({ ...lane, commit });
  }
  await requireNotReverted(git, order, {
    tip,
    lanes: [...lanes, ...parts],
    whole: missing,
    landed: [...landed, ...parts.map(({ laneId: lane }) => ({ lane, by: 'ancestry' as const }))],
    proposal: order.proposal,
  });
}
