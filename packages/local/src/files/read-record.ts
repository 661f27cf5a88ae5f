import { Fault } from '@spec-kitty/core/fault';
import { readText } from './plain-file.ts';

/** How a record of ours is read. */
export interface RecordReading<T> {
  /** Whether a value has every field that is used. */
  readonly check: (value: unknown) => value is T;
  /** What to do about one that cannot be used. */
  readonly hints: readonly string[];
}

/**
 * Reads a file of ours that holds JSON; `undefined` when there is none.
 *
 * We write such files in one step, so one that is not whole was damaged by a disk or by somebody, or is of a version
 * that this one does not know.
 *
 * @throws Fault `RECORD_UNREADABLE` naming the file.
 */
export function readRecord<T>(file: string, reading: RecordReading<T>): T | undefined {
  let text: string | undefined;
  try {
    text = readText(file);
  } catch (error) {
    throw unreadable(file, reading.hints, error);
  }
  return text === undefined ? undefined : parseRecord(text, file, reading);
}

/** As {@link readRecord} with a text from that file. */
export function parseRecord<T>(text: string, file: string, { check, hints }: RecordReading<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
    // A test may parse a part of it.
    if (check(value)) return value;
  } catch (error) {
    throw unreadable(file, hints, error);
  }
  throw unreadable(file, hints);
}

/** Whether a value is an object of which each named field passes its test. */
export function hasFields(
  value: unknown,
  tests: Readonly<Record<string, (field: unknown) => boolean>>,
): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  return Object.entries(tests).every(([name, test]) => test(fields.get(name)));
}

/** Tests for {@link hasFields}. */
export const isText = (value: unknown): boolean => typeof value === 'string';
export const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
export const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
export const isObject = (value: unknown): boolean => hasFields(value, {});

function unreadable(file: string, hints: readonly string[], cause?: unknown): Fault {
  return new Fault(
    'refused',
    'RECORD_UNREADABLE',
    `A record of Spec Kitty's is damaged or of another version: ${file}`,
    {
      hints,
      details: { path: file },
      ...(cause !== undefined && { cause }),
    },
  );
}
