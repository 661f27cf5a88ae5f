import { formatInstant } from '../instant.ts';
import { Fault } from '../fault.ts';
import { requireUnmerged } from '../log/require-unmerged.ts';
import { findPackage } from '../mission/find-package.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/** What somebody wants to have on record about a package. */
export interface NoteRequest {
  readonly mission: string | undefined;
  readonly wp: string;
  readonly note: string;
  readonly actor: string;
}

/** A recorded note. */
export interface AddedNote {
  readonly wpId: string;
  readonly directory: string;
  readonly eventId: string;
  /** The line as stored: `- [time] actor: text` (L§7.7). */
  readonly entry: string;
}

/** Adds one note to a package's history; needs no checkout. @throws Fault `NOTE_EMPTY`, `WP_NOT_FOUND` or `MISSION_MERGED`. */
export async function addNote(
  ports: Pick<WorkPorts, 'view' | 'log' | 'clock' | 'ids'>,
  request: NoteRequest,
): Promise<AddedNote> {
  const text = request.note.trim();
  if (text === '')
    throw new Fault('usage', 'NOTE_EMPTY', 'The note has no text.', {
      hints: ['Say what happened with --note "<text>".'],
    });
  const view = await ports.view(request.mission);
  const { mission } = view;
  const wp = findPackage(view, request.wp);
  const entry = `- [${formatInstant(ports.clock.nowMicros())}] ${request.actor}: ${text}`;
  return ports.log.append(mission, `add-history ${wp.id}`, (log) => {
    requireUnmerged(mission.directory, log);
    const row = new RowWriter({ ...ports, mission }, log).annotation(wp.id, request.actor, { note: entry });
    return {
      rows: [row],
      value: { wpId: wp.id, directory: mission.directory, eventId: row.event_id, entry },
    };
  });
}
