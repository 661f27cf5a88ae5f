import type { RawRow } from '@spec-kitty/protocol/status-row';
import { isJsonObject, type JsonObject } from './rows/json-value.ts';

/** Folds `event_name: "retrospective.…"` rows into the block of `status.json` (L§3.7); null when there are none. */
export function foldRetrospective(rows: readonly RawRow[]): JsonObject | null {
  const events = rows.flatMap((row) => {
    const name = /^retrospective\.(.+)$/.exec(String(row['event_name']))?.[1];
    const payload = isJsonObject(row['payload']) ? row['payload'] : {};
    return name === undefined ? [] : [{ name, payload }];
  });
  if (events.length === 0) return null;
  const proposals = (fate: string) => events.filter(({ name }) => name === `proposal.${fate}`).length;
  const latest = (key: string) =>
    events.findLast(({ payload }) => payload[key] !== undefined)?.payload[key] ?? null;
  const [total, applied, rejected] = [proposals('generated'), proposals('applied'), proposals('rejected')];
  return {
    status: events.findLast(({ name }) => /^(?:completed|skipped|failed)$/.test(name))?.name ?? 'pending',
    mode: latest('mode'),
    record_path: latest('record_path'),
    proposals_total: total,
    proposals_applied: applied,
    proposals_rejected: rejected,
    proposals_pending: Math.max(0, total - applied - rejected),
  };
}
