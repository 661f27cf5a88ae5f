import type { Annotation, LaneEvent, RawRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../../fault.ts';
import { shellWord } from '../../shell-word.ts';
import { decodeAnnotation, decodeLaneEvent } from './decode-row.ts';
import { isJsonObject, sameJson } from './json-value.ts';

/** A mission's log, classified (L§3.4) and without repeats of an `event_id`; order is file order. */
export interface LogRows {
  readonly laneEvents: readonly LaneEvent[];
  readonly annotations: readonly Annotation[];
  /** Rows with `event_type`. */
  readonly lifecycle: readonly RawRow[];
  /** Rows with `type` or `event_name`, and kinds this version does not know: kept, never interpreted. */
  readonly others: readonly RawRow[];
}

/** Text of a log, or of the end of one: the caller may leave out what an earlier source already holds. */
export interface LogSource {
  readonly text: string;
  /** Path for messages. */
  readonly file: string;
  /** Number in the file of the first line of `text`; 1 unless told. */
  readonly firstLine?: number;
}

/** What a row is, by the tests of L§3.4 in that order. */
export type RowKind = 'annotation' | 'lifecycle' | 'other' | 'lane';

const RETROSPECTIVE_TYPES: ReadonlySet<unknown> = new Set([
  'RetrospectiveCaptured',
  'RetrospectiveCaptureFailed',
  'RetrospectiveSkipped',
]);

/**
 * Decodes the union of several copies of one log, in the order given.
 *
 * @throws Fault `refused` `LOG_CORRUPT` with `file` and `line`: for a line that is no JSON object, a lane or
 * annotation row that cannot be decoded, or an `event_id` that occurs with two contents.
 */
export function decodeLog(sources: readonly LogSource[]): LogRows {
  const laneEvents: LaneEvent[] = [];
  const annotations: Annotation[] = [];
  const lifecycle: RawRow[] = [];
  const others: RawRow[] = [];
  const isRepeat = repeats();
  visitLog(sources, {
    isRepeat: (row) => isRepeat(row),
    lane: (event) => void laneEvents.push(event),
    annotation: (annotation) => void annotations.push(annotation),
    lifecycle: (row) => void lifecycle.push(row),
    other: (row) => void others.push(row),
  });
  return { laneEvents, annotations, lifecycle, others };
}

/** Ids of all rows. */
export function eventIds({ laneEvents, annotations, lifecycle, others }: LogRows): ReadonlySet<unknown> {
  const rows: readonly { readonly event_id?: unknown }[] = [
    ...laneEvents,
    ...annotations,
    ...lifecycle,
    ...others,
  ];
  return new Set(rows.map(({ event_id: id }) => id));
}

/** What to do with each row of a log. */
export interface LogVisitor {
  /** Asked first: `same` leaves a row out, `changed` makes the log corrupt. */
  readonly isRepeat: (row: RawRow) => 'same' | 'changed' | undefined;
  readonly lane: (event: LaneEvent) => void;
  readonly annotation: (annotation: Annotation) => void;
  readonly lifecycle: (row: RawRow) => void;
  readonly other: (row: RawRow) => void;
}

/** Decodes row by row and keeps none of them. @throws as {@link decodeLog}. */
export function visitLog(sources: readonly LogSource[], visitor: LogVisitor): void {
  for (const source of sources) {
    eachRow(source, (row, line) => {
      const repeat = visitor.isRepeat(row);
      if (repeat === 'changed') throw corrupt(source, line, 'an event_id occurs with two different contents');
      if (repeat === 'same') return;
      const kind = rowKind(row);
      if (kind === 'lifecycle') visitor.lifecycle(row);
      else if (kind === 'other') visitor.other(row);
      else if (kind === 'annotation') visitor.annotation(decoded(decodeAnnotation(row), source, line));
      else visitor.lane(decoded(decodeLaneEvent(row), source, line));
    });
  }
}

/**
 * Every row of a log as it is stored, repeats included, for checks that look below decoding.
 *
 * @throws Fault `refused` `LOG_CORRUPT` for a line that is no JSON object.
 */
export function rawRows(source: LogSource): readonly RawRow[] {
  const rows: RawRow[] = [];
  eachRow(source, (row) => void rows.push(row));
  return rows;
}

/** Classifies a row by its keys alone; `lane` also means "nothing else fits". */
export function rowKind(row: RawRow): RowKind {
  const kind = row['kind'];
  if (kind !== undefined) return kind === 'annotation' ? 'annotation' : 'other';
  if (row['event_type'] !== undefined) return 'lifecycle';
  const type = row['type'];
  const name = row['event_name'];
  if (type === undefined && name === undefined) return 'lane';
  if (RETROSPECTIVE_TYPES.has(type)) return 'other';
  if (typeof name === 'string' && name.startsWith('retrospective.')) return 'other';
  // A lane row with a stray `type` still counts; without a target lane it is a kind from the future.
  return row['to_lane'] === undefined ? 'other' : 'lane';
}

/**
 * Remembers rows by `event_id`. Ids nearly always ascend, and one above all earlier ones is new; the
 * table of all ids, a sixth of the time to decode a long log, is only built when one does not.
 */
function repeats(): (row: RawRow) => 'same' | 'changed' | undefined {
  const ascending: RawRow[] = [];
  let highest = '';
  let seen: Map<unknown, RawRow> | undefined;
  return (row) => {
    const id = row['event_id'];
    if (typeof id !== 'string') return undefined;
    if (seen === undefined && id > highest) {
      highest = id;
      ascending.push(row);
      return undefined;
    }
    seen ??= new Map(ascending.map((earlier) => [earlier['event_id'], earlier]));
    const first = seen.get(id);
    if (first !== undefined) return sameJson(first, row) ? 'same' : 'changed';
    seen.set(id, row);
    return undefined;
  };
}

/** Walks the lines by index: an array of lines would double the memory of a long log. */
function eachRow(source: LogSource, visit: (row: RawRow, line: number) => void): void {
  const { text } = source;
  let line = source.firstLine ?? 1;
  for (let start = 0; start < text.length; line += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const slice = text.slice(start, end);
    start = end + 1;
    // A row starts with its brace, so only odd lines pay for the trim.
    if (slice.charCodeAt(0) !== 123 && slice.trim() === '') continue;
    visit(parseRow(slice, source, line), line);
  }
}

function parseRow(text: string, source: LogSource, line: number): RawRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw corrupt(source, line, 'the line is not JSON', cause);
  }
  if (!isJsonObject(value)) throw corrupt(source, line, 'the line is not a JSON object');
  return value;
}

function decoded<T extends object>(row: T | string, source: LogSource, line: number): T {
  if (typeof row === 'string') throw corrupt(source, line, row);
  return row;
}

function corrupt({ file }: LogSource, line: number, what: string, cause?: unknown): Fault {
  return new Fault(
    'refused',
    'LOG_CORRUPT',
    `The event log is corrupt: ${what}, in line ${line} of ${file}`,
    {
      hints: [
        `Look at all findings with \`spec-kitty agent status doctor --mission ${shellWord(missionOf(file))}\`.`,
      ],
      details: { file, line },
      cause,
    },
  );
}

/** Either copy of a log has a name that stands for its mission: the directory, or the id. */
function missionOf(file: string): string {
  const [, directory, id] = /^kitty-specs\/([^/]+)\/|([^/\\]+)\.jsonl$/.exec(file) ?? [];
  return directory ?? id ?? '<handle>';
}
