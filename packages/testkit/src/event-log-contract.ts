import type { EventLog, LogAddress } from '@spec-kitty/core/ports/event-log';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { describe, expect, test } from 'vitest';
import { annotationRow, laneRow } from './status-rows.ts';

/** The event log under test: made anew for each test, with two missions that have no events. */
export interface EventLogSubject {
  readonly name: string;
  readonly open: () => Promise<EventLog> | EventLog;
  readonly missions: readonly [LogAddress, LogAddress];
  /** Puts a line into a log behind its back, as another tool does. */
  readonly plant: (log: EventLog, address: LogAddress, line: string) => void;
}

/** What every {@link EventLog} must do. */
export function eventLogContract(subject: EventLogSubject): void {
  const [mission, other] = subject.missions;
  describe(`${subject.name} keeps the event log contract`, () => {
    appending(subject.open, { mission, other });
    failing(subject, mission);
    test('appends wait for each other: every decision sees all that came before', async () => {
      const log = await subject.open();
      const seen = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          log.append(mission, 'test', async ({ laneEvents }) => {
            await Promise.resolve();
            return {
              rows: [laneRow(laneEvents.length + 1, { reason: `call ${index}` })],
              value: laneEvents.length,
            };
          }),
        ),
      );
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
      const { laneEvents } = await log.read(mission);
      expect(new Set(laneEvents.map(({ reason }) => reason)).size).toBe(12);
    });
  });
}

function appending(
  open: EventLogSubject['open'],
  { mission, other }: Record<'mission' | 'other', LogAddress>,
): void {
  test('a log without events is empty', async () => {
    const log = await open();
    expect(count(await log.read(mission))).toBe(0);
    const seen = await log.append(mission, 'test', (rows, text) => ({ rows: [], value: { rows, text } }));
    expect([count(seen.rows), seen.text]).toEqual([0, '']);
  });

  test('what was appended is read back as it was, in order, by the next decision and by readers', async () => {
    const log = await open();
    const rows = [
      laneRow(1),
      annotationRow(2, { note: 'späte Notiz “so”' }),
      lifecycleRow(3),
      laneRow(4, { to_lane: 'blocked' }),
    ];
    expect(await append(log, mission, rows.slice(0, 2), 'first')).toBe('first');
    expect(await append(log, mission, rows.slice(2), 'second')).toBe('second');

    const expected = {
      laneEvents: [rows[0], rows[3]],
      annotations: [rows[1]],
      lifecycle: [rows[2]],
      others: [],
    };
    expect(await log.read(mission)).toEqual(expected);
    const text = await log.append(mission, 'test', (seen, whole) => {
      expect(seen).toEqual(expected);
      return { rows: [], value: whole };
    });
    expect(text.endsWith('\n')).toBe(true);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows);
  });

  test('each mission has its own log', async () => {
    const log = await open();
    await append(log, mission, [laneRow(1)]);
    await append(log, other, [laneRow(2), laneRow(3)]);
    expect([count(await log.read(mission)), count(await log.read(other))]).toEqual([1, 2]);
  });

  test('a decision without rows changes nothing', async () => {
    const log = await open();
    await append(log, mission, [laneRow(1)]);
    expect(await append(log, mission, [], 'nothing')).toBe('nothing');
    expect(count(await log.read(mission))).toBe(1);
  });
}

function failing({ open, plant }: EventLogSubject, mission: LogAddress): void {
  test('a decision that fails appends nothing, and the next one has its turn', async () => {
    const log = await open();
    await append(log, mission, [laneRow(1)]);
    await expect(
      log.append(mission, 'test', () => {
        throw new Error('inside');
      }),
    ).rejects.toThrow('inside');
    await append(log, mission, [laneRow(2)]);
    expect(count(await log.read(mission))).toBe(2);
  });

  test('a line that is no event is named, and nothing is appended behind it', async () => {
    const log = await open();
    await append(log, mission, [laneRow(1)]);
    plant(log, mission, '{"event_id": "torn');
    const corrupt = { code: 'LOG_CORRUPT', details: { line: 2, file: expect.any(String) } };
    await expect(log.read(mission)).rejects.toMatchObject(corrupt);
    await expect(append(log, mission, [laneRow(2)])).rejects.toMatchObject(corrupt);
  });

  test('the same event from another tool counts once; the same id with another content is corrupt', async () => {
    const log = await open();
    await append(log, mission, [laneRow(1), laneRow(2)]);
    plant(log, mission, JSON.stringify(laneRow(1)));
    expect(count(await log.read(mission))).toBe(2);
    plant(log, mission, JSON.stringify(laneRow(2, { actor: 'eve' })));
    await expect(log.read(mission)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });
}

function append<T>(
  log: EventLog,
  address: LogAddress,
  rows: readonly NewRow[],
  value?: T,
): Promise<T | undefined> {
  return log.append(address, 'test', () => ({ rows, value }));
}

function count({ laneEvents, annotations, lifecycle, others }: LogRows): number {
  return laneEvents.length + annotations.length + lifecycle.length + others.length;
}

function lifecycleRow(n: number): NewRow {
  const { event_id, at } = laneRow(n);
  return {
    event_id,
    event_type: 'StepReported',
    payload: { result: 'success' },
    timestamp: at,
    project_uuid: null,
  };
}
