import { RowWriter } from '../log/row-writer.ts';
import { requireUnmerged } from '../log/require-unmerged.ts';
import { DECISIONS } from '../mission/decisions.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import type { Appending } from '../ports/event-log.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { decisionIndexText, withEntry } from './decision-index.ts';
import { decisionPage, decisionPageText } from './decision-record.ts';

/** Ports that recording a decision needs. */
export type DecisionPorts = Pick<WorkPorts, 'view' | 'log' | 'clock' | 'ids' | 'files' | 'branch'>;

/** A decision as it is on record now. */
export interface RecordedDecision {
  readonly mission: Mission;
  readonly entry: JsonObject;
  /** Path of its page, relative to the repository. */
  readonly page: string;
  /** Whether it was on record like that before. */
  readonly idempotent: boolean;
  /** How many rows the log had with the one that was added; `null` where none was. */
  readonly position: number | null;
}

/** `event_type` of a question that was asked, and of one that nobody waits for any more. */
export const OPENED = 'DecisionPointOpened';
export const CLOSED = 'DecisionPointResolved';

/** What is to be on record. */
export interface DecisionChange {
  readonly index: JsonObject;
  readonly entry: JsonObject;
  readonly idempotent: boolean;
  readonly event: typeof OPENED | typeof CLOSED;
  /** The line for the page's change log. */
  readonly change: string;
  readonly payload: JsonObject;
}

/**
 * Decides under the mission's lock, and writes index, page and one row of the log.
 *
 * The files come first, so a run that was cut off leaves an entry without its row: the same command again finds the
 * entry and adds what is missing.
 */
export async function recordDecision(
  ports: DecisionPorts,
  handle: string | undefined,
  purpose: string,
  decide: (mission: Mission) => DecisionChange,
): Promise<RecordedDecision> {
  const { mission } = await ports.view(handle);
  requireCheckedOut(mission, await ports.branch());
  return ports.log.append(mission, purpose, (log): Appending<RecordedDecision> => {
    const change = decide(mission);
    const { entry, idempotent, event, payload } = change;
    const id = String(entry['decision_id']);
    const root = `kitty-specs/${mission.directory}`;
    const page = `${root}/${decisionPage(id)}`;
    const known = { mission, entry, page, idempotent };
    if (idempotent && hasRow(log, event, entry)) return { rows: [], value: { ...known, position: null } };
    requireUnmerged(mission.directory, log);
    const aggregate = { id: mission.missionId, type: 'Mission' as const };
    const row = new RowWriter({ ...ports, mission }, log).lifecycle(event, aggregate, {
      actor_type: 'human',
      decision_point_id: id,
      mission_id: mission.missionId,
      mission_slug: mission.directory,
      origin_flow: entry['origin_flow'],
      origin_surface: 'planning_interview',
      ...payload,
    });
    return {
      rows: [row],
      value: { ...known, position: sizeOf(log) + 1 },
      prepare: () => {
        const before = mission.files.read(decisionPage(id));
        if (!idempotent || before === undefined)
          ports.files.write(page, decisionPageText(entry, before, change.change));
        if (!idempotent)
          ports.files.write(`${root}/${DECISIONS}`, decisionIndexText(withEntry(change.index, entry)));
      },
    };
  });
}

function hasRow({ lifecycle }: LogRows, event: string, entry: JsonObject): boolean {
  return lifecycle.some((row) => {
    const payload = row['payload'];
    if (row['event_type'] !== event || !isJsonObject(payload)) return false;
    if (payload['decision_point_id'] !== entry['decision_id']) return false;
    return event === OPENED || payload['terminal_outcome'] === entry['status'];
  });
}

function sizeOf({ laneEvents, annotations, lifecycle, others }: LogRows): number {
  return laneEvents.length + annotations.length + lifecycle.length + others.length;
}
