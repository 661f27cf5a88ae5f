import { text } from './rows/json-value.ts';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { LogRows } from './rows/decode-log.ts';
import { targetOf } from '../target-of.ts';
import { isSettled } from './package-state.ts';
import type { LogState } from './reduce.ts';

/** `event_type` of the row that accepts a mission. */
export const MISSION_ACCEPTED = 'MissionAccepted';

/** What was accepted: exactly these commits, so later work is not covered. */
export interface Acceptance {
  readonly at: string;
  readonly by: string;
  readonly mode: string;
  /** Branch that it was accepted for; `null` where the row does not say. */
  readonly target: string | null;
  /** Tip of the target at that time. */
  readonly fromCommit: string | null;
  /** Package id to the commit that its review approved; null where none was recorded. */
  readonly commits: Readonly<Record<string, string | null>>;
}

/** Finds the latest acceptance in a log. */
export function latestAcceptance({ lifecycle }: Pick<LogRows, 'lifecycle'>): Acceptance | null {
  let latest: Acceptance | null = null;
  for (const row of lifecycle) {
    if (row['event_type'] !== MISSION_ACCEPTED) continue;
    const at = text(row['timestamp']);
    if (latest !== null && at < latest.at) continue;
    const payload = (row['payload'] ?? {}) as Readonly<Record<string, unknown>>;
    latest = {
      at,
      by: text(payload['accepted_by']),
      mode: text(payload['acceptance_mode']),
      target: text(payload['target_branch']) || null,
      fromCommit: text(payload['from_commit']) || null,
      commits: (payload['commits'] ?? {}) as Acceptance['commits'],
    };
  }
  return latest;
}

/** The branch that a mission was accepted for, where that is not the one it goes to now; else `null`. */
export function acceptedElsewhere(acceptance: Acceptance | null, meta: MissionMeta): string | null {
  const target = acceptance?.target ?? null;
  return target === null || target === targetOf(meta) ? null : target;
}

/** Tells whether what is approved now is what was accepted; missions accepted by the predecessor say so in `meta.json`. */
export function isAccepted(acceptance: Acceptance | null, state: LogState, meta: MissionMeta): boolean {
  const approved = [...state.packages].filter(([, { slot }]) => slot.lane === 'approved');
  if (acceptance === null) {
    const at = meta.accepted_at;
    return at !== undefined && approved.every(([, { slot }]) => (slot.last_transition_at ?? '') <= at);
  }
  if (acceptedElsewhere(acceptance, meta) !== null) return false;
  const { commits } = acceptance;
  const covers = approved.every(([id, { commit }]) => Object.hasOwn(commits, id) && commits[id] === commit);
  // What was accepted is the whole: without one of its packages it is something else.
  return (
    covers &&
    Object.entries(commits).every(
      ([id, commit]) => commit === null || isSettled(state.packages.get(id)?.slot.lane),
    )
  );
}
