import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import { expect, test } from 'vitest';
import { board, type Board } from './board.ts';
import { decodeLog, rawRows, type LogRows } from './rows/decode-log.ts';
import { reduce, stateFromJson, stateToJson, type LogState } from './reduce.ts';
import { toSnapshot } from './snapshot.ts';
import { validateLog, type LogFindings } from './rows/validate-log.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the repository)';
const LOG = 'status.events.jsonl';

const missions = () => readdirSync(`${corpus}/missions`).toSorted();

function expected<T>(name: string): Record<string, T> {
  return JSON.parse(readFileSync(`${corpus}/expected/${name}.json`, 'utf8')) as Record<string, T>;
}

function read(mission: string, name: string): string | undefined {
  const path = `${corpus}/missions/${mission}/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function decode(mission: string, text = read(mission, LOG) ?? ''): LogRows {
  return decodeLog([{ text, file: `${mission}/${LOG}` }]);
}

function project(mission: string, log: LogRows): string {
  return documentJson(toSnapshot(reduce(log), JSON.parse(read(mission, 'meta.json') ?? '{}') as MissionMeta));
}

function stateOf(mission: string): LogState {
  return reduce(decode(mission));
}

test.skipIf(absent)(`reduces every log to what the predecessor computes${absent}`, () => {
  const wanted = expected<Omit<Snapshot, 'materialized_at'>>('status');
  const reduced = Object.keys(wanted).map((mission) => {
    // The expected files were made without meta.json, so the number comes from the directory.
    const number = /^\d{3}(?=-)/.exec(mission)?.[0];
    const { materialized_at: _time, ...rest } = toSnapshot(stateOf(mission), {
      mission_number: number === undefined ? null : Number(number),
    });
    return [mission, rest];
  });
  expect(reduced).toHaveLength(209);
  expect(Object.fromEntries(reduced)).toEqual(wanted);
});

// A stale status.json was right once: for the log as it was before its last rows, or before its annotations counted.
test.skipIf(absent)(
  `reproduces the bytes of every status.json, or of the part of the log it knew${absent}`,
  () => {
    const outcome = { current: 0, stale: 0, unexplained: [] as string[] };
    for (const mission of missions()) {
      const stored = read(mission, 'status.json');
      if (stored === undefined) continue;
      const lines = (read(mission, LOG) ?? '').split('\n');
      const known = (count: number) => decode(mission, lines.slice(0, count).join('\n'));
      if (project(mission, known(lines.length)) === stored) outcome.current += 1;
      else if (lines.some((_, count) => project(mission, known(count)) === stored)) outcome.stale += 1;
      else if (project(mission, { ...decode(mission), annotations: [] }) === stored) outcome.stale += 1;
      else outcome.unexplained.push(mission);
    }
    expect(outcome).toEqual({ current: 202, stale: 6, unexplained: [] });
  },
);

test.skipIf(absent)(`finds what the predecessor finds${absent}`, () => {
  const wanted = expected<LogFindings>('validate');
  const found = Object.keys(wanted).map((mission) => {
    const text = read(mission, LOG);
    const rows = text === undefined ? null : rawRows({ text, file: mission });
    const snapshot = toSnapshot(stateOf(mission), {});
    // The expected findings were made after materialising, so there every status.json is current.
    return [mission, validateLog({ rows, snapshot, statusJson: JSON.parse(documentJson(snapshot)) })];
  });
  expect(found).toHaveLength(212);
  expect(Object.fromEntries(found)).toEqual(wanted);
});

test.skipIf(absent)(`reports drift for exactly the stale files${absent}`, () => {
  const drifted = missions().filter((mission) => {
    const [text, stored] = [read(mission, LOG), read(mission, 'status.json')];
    if (text === undefined || stored === undefined) return false;
    const snapshot = toSnapshot(stateOf(mission), {});
    const rows = rawRows({ text, file: mission });
    return validateLog({ rows, snapshot, statusJson: JSON.parse(stored) }).drift.length > 0;
  });
  const stale = missions().filter((mission) => {
    const stored = read(mission, 'status.json');
    return stored !== undefined && project(mission, decode(mission)) !== stored;
  });
  expect(drifted).toEqual(stale);
});

test.skipIf(absent)(`computes every board${absent}`, () => {
  const wanted = expected<Board>('board');
  const boards = Object.keys(wanted).map((mission) => {
    const files = readdirSync(`${corpus}/missions/${mission}/tasks`);
    return [
      mission,
      board(
        files.flatMap((name) => /^WP\d\d/.exec(name)?.[0] ?? []),
        stateOf(mission),
      ),
    ];
  });
  expect(boards).toHaveLength(205);
  expect(Object.fromEntries(boards)).toEqual(wanted);
});

test.skipIf(absent)(`every state survives storage as JSON${absent}`, () => {
  const states = missions().map(stateOf);
  expect(states.map((state) => stateFromJson(JSON.parse(JSON.stringify(stateToJson(state)))))).toEqual(
    states,
  );
});
