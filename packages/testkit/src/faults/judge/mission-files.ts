import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture } from '../fault-fixture.ts';

/** Content of each of a mission's files, by name. */
export type MissionTexts = ReadonlyMap<string, string>;

/** Reads the mission's files in the checkout, whatever they are. */
export function missionFiles({ root, mission }: Fixture): MissionTexts {
  const folder = path.join(root, 'kitty-specs', mission);
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** Takes out of a text what differs between two runs: ids, times and commits; and the order of lines. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, '<id>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g, '<time>')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>')
    .split('\n')
    .toSorted()
    .join('\n');
}

/**
 * Finds files that are neither as they were nor whole: half-written ones, and ones that no run leaves there.
 *
 * @param end the mission's files, without what is left to chance, after a run without a fault.
 * @param journal text of the journal, whose lines are what a log may gain.
 */
export function tornMissionFiles(
  { before, after, end }: { before: MissionTexts; after: MissionTexts; end: MissionTexts },
  journal: string,
): readonly string[] {
  const rows = new Set(journal.split('\n'));
  return [...after].flatMap(([name, text]) => {
    const old = before.get(name);
    if (old === text) return [];
    if (old === undefined && !end.has(name)) return [`a stray file was left in the mission: ${name}`];
    if (name.endsWith('.jsonl')) return strayRows(name, text, { old: old ?? '', rows });
    const whole = name.endsWith('.json') ? isJson(text) : withoutChance(text) === end.get(name);
    return whole ? [] : [`the mission's ${name} is half-written: ${text.slice(-60)}`];
  });
}

/** A row counts once the journal has it, so no other copy may be ahead; the end of a copy may be torn. */
function strayRows(
  name: string,
  text: string,
  { old, rows }: { old: string; rows: ReadonlySet<string> },
): readonly string[] {
  const known = new Set(old.split('\n'));
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const isTorn = torn !== '' && ![...rows, ...known].some((row) => row.startsWith(torn));
  return [...lines.filter((line) => !rows.has(line) && !known.has(line)), ...(isTorn ? [torn] : [])].map(
    (line) => `${name} has a row that the journal has not: ${line}`,
  );
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}
