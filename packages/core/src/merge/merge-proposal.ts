import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import type { RowWriter } from '../log/row-writer.ts';
import type { Integration, Proposal } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

/** `event_type` of the row that says what was offered for a pull request. */
const MERGE_PROPOSED = 'MergeProposed';

interface Offer {
  readonly view: MissionView;
  readonly integration: Integration;
  readonly branch: string;
  readonly actor: string;
}

/** Row of a merge that was left on a branch. */
export function proposalRow(writer: RowWriter, { view, integration, branch, actor }: Offer): LifecycleRow {
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

/** What was offered last, in the order of the log; `null` when nothing was. */
export function latestProposal({ lifecycle }: Pick<LogRows, 'lifecycle'>): Proposal | null {
  const payload = lifecycle.findLast((row) => row['event_type'] === MERGE_PROPOSED)?.['payload'];
  if (!isJsonObject(payload)) return null;
  const { before, merged, branch } = payload;
  if (!isCommit(before) || !isCommit(merged)) return null;
  const offered: readonly unknown[] = Array.isArray(payload['lanes']) ? payload['lanes'] : [];
  const lanes = offered
    .filter(isJsonObject)
    .map((lane) => [String(lane['lane_id']), String(lane['commit'])] as const);
  return { branch: typeof branch === 'string' ? branch : null, before, merged, lanes: new Map(lanes) };
}

function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value);
}
