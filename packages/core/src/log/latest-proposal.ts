import type { RawRow } from '@spec-kitty/protocol/status-row';
import type { Proposal } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { laneCommitsOf } from '../status/latest-merge.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

/** `event_type` of the row that says what was offered for a pull request. */
export const MERGE_PROPOSED = 'MergeProposed';

/** What was offered last; `null` when nothing was. */
export function latestProposal({ lifecycle }: Pick<LogRows, 'lifecycle'>): Proposal | null {
  const offers = lifecycle.filter((row) => row['event_type'] === MERGE_PROPOSED).map(proposalOf);
  return offers.reduce((last, next) => (last && next && next.at < last.at ? last : (next ?? last)), null);
}

/** The branch that a proposal was left on, as long as no merge is on record since; `null` without one. */
export function openProposal({ proposal, merge }: Pick<MissionView, 'proposal' | 'merge'>): string | null {
  return !proposal?.branch || (merge !== null && merge.at > proposal.at) ? null : proposal.branch;
}

function proposalOf({ payload, timestamp }: RawRow): Proposal | null {
  if (!isJsonObject(payload)) return null;
  const { before, merged, branch, strategy } = payload;
  if (!isCommit(before) || !isCommit(merged)) return null;
  return {
    at: typeof timestamp === 'string' ? timestamp : '',
    branch: typeof branch === 'string' ? branch : null,
    strategy: typeof strategy === 'string' ? strategy : null,
    before,
    merged,
    lanes: laneCommitsOf(payload),
  };
}

function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value);
}
