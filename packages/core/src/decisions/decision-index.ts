import { documentJson } from '@spec-kitty/protocol/canonical-json';
import { Fault } from '../fault.ts';
import { parseMatrixJson } from '../matrices/parse-matrix-json.ts';
import { DECISIONS } from '../mission/decisions.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { DecisionFlow } from './decision-flows.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';

/** What makes two questions the same one. */
export interface DecisionKey {
  readonly flow: DecisionFlow;
  readonly stepId: string | undefined;
  readonly slotKey: string | undefined;
  readonly inputKey: string;
}

/**
 * `decisions/index.json` as it is, with every key that it has (L§9.6).
 *
 * @throws Fault `DECISIONS_INVALID` naming file and line: a damaged index is not written over.
 */
export function readDecisionIndex({ directory, missionId, files }: Mission): JsonObject {
  const text = files.read(DECISIONS);
  if (text === undefined) return { version: 1, mission_id: missionId, entries: [] };
  const parsed = parseMatrixJson(text);
  if (parsed.ok && Array.isArray(parsed.document['entries'])) return parsed.document;
  const [line, problem] = parsed.ok ? [1, 'has no list "entries"'] : [parsed.line, parsed.problem];
  const file = `kitty-specs/${directory}/${DECISIONS}`;
  throw new Fault('refused', 'DECISIONS_INVALID', `${file}:${line}: ${problem}.`, {
    hints: ['Mend the file, or bring back the last version that Git has of it.'],
    details: { file, line },
  });
}

/** The entries that can be read as such, in the order of the file; an id that is no plain name would lead elsewhere. */
export function decisionEntries(index: JsonObject): readonly JsonObject[] {
  const { entries } = index;
  if (!Array.isArray(entries)) return [];
  return entries
    .filter((entry) => isJsonObject(entry))
    .filter(({ decision_id: id }) => typeof id === 'string' && /^[\w-]+$/.test(id));
}

/** The latest entry that asks the same. */
export function entryWithKey(index: JsonObject, key: DecisionKey): JsonObject | undefined {
  const place = key.stepId ?? key.slotKey;
  return decisionEntries(index).findLast(
    (entry) =>
      entry['origin_flow'] === key.flow &&
      (entry['step_id'] ?? entry['slot_key']) === place &&
      entry['input_key'] === key.inputKey,
  );
}

/** Adds an entry, or puts it in the place of the one with its id; everything else stays. */
export function withEntry(index: JsonObject, entry: JsonObject): JsonObject {
  const entries = Array.isArray(index['entries']) ? (index['entries'] as readonly unknown[]) : [];
  const isIt = (other: unknown) => isJsonObject(other) && other['decision_id'] === entry['decision_id'];
  const known = entries.some(isIt);
  return {
    ...index,
    entries: known ? entries.map((other) => (isIt(other) ? entry : other)) : [...entries, entry],
  };
}

/** The index as it is kept: keys sorted, a newline at the end. */
export function decisionIndexText(index: JsonObject): string {
  return documentJson(index);
}
