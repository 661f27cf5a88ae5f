import { Fault } from '../fault.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import { shellWord } from '../shell-word.ts';
import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import type { RowWriter } from '../log/row-writer.ts';
import { MERGE_PROPOSED } from '../log/latest-proposal.ts';
import type { Integration, Offer } from '../ports/integration.ts';
import type { RefMove } from '../ports/lane-repository.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { keptMoves } from './retire-lanes.ts';

/** What was offered, where, and by whom. */
interface Offering {
  readonly view: MissionView;
  readonly integration: Integration;
  readonly branch: string;
  readonly actor: string;
}

/** Row of a merge that was left on a branch. */
export function proposalRow(writer: RowWriter, { view, integration, branch, actor }: Offering): LifecycleRow {
  const { target, strategy, before, merged, proof, lanes } = integration;
  return writer.lifecycle(
    MERGE_PROPOSED,
    { id: view.mission.missionId, type: 'Mission' },
    {
      actor,
      mission_slug: view.mission.directory,
      branch,
      target_branch: target,
      strategy,
      before,
      merged,
      proof,
      lanes: lanes.map(({ laneId, packages, commit }) => ({ lane_id: laneId, wp_ids: packages, commit })),
    },
  );
}

/** Whether what is on the branch is on record already: the same commit, of the same lanes. */
export function isProposed(
  { proposal }: MissionView,
  { to, branch }: Offer,
  { lanes }: Integration,
): boolean {
  return (
    proposal?.merged === to &&
    proposal.branch === branch &&
    Object.keys(proposal.lanes).length === lanes.length &&
    lanes.every(({ laneId, commit }) => proposal.lanes[laneId] === commit)
  );
}

/** Every ref that a proposal moves. */
export async function proposalMoves(
  ports: Pick<MergePorts, 'lanes'>,
  { branch, from, to, backup }: Offer,
): Promise<readonly RefMove[]> {
  if (from === to) return [];
  const move = { ref: `refs/heads/${branch}`, from, to };
  if (from === null || backup === null) return [move];
  const earlier = (await (await ports.lanes()).resolve(backup)) ?? null;
  return [move, ...keptMoves(backup, earlier, from)];
}

/** Refuses to merge past a pull request, which would then have nothing to bring, or bring back what was changed since. */
export function proposalOpen({ directory, meta }: Mission, branch: string): Fault {
  const target = targetBranch(meta);
  return new Fault(
    'refused',
    'PROPOSAL_OPEN',
    `${directory} is proposed on ${branch} and not recorded as landed; nothing was merged.`,
    {
      hints: [
        `Once its pull request is merged and ${target} is up to date, run \`spec-kitty merge --landed --mission ${shellWord(directory)}\`.`,
        `To propose what was reviewed since, run \`spec-kitty merge --to-branch --mission ${shellWord(directory)}\`.`,
        `To merge into ${target} here, without the pull request, run \`spec-kitty merge --no-to-branch --mission ${shellWord(directory)}\`.`,
      ],
      details: { mission_slug: directory, branch, target_branch: target },
    },
  );
}
