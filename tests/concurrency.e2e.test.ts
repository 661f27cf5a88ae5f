import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, onTestFinished, test } from 'vitest';

const WORKER = fileURLToPath(new URL('log-worker.mjs', import.meta.url));
const WRITERS = 16;
const TIMES = 100;
const READERS = 2;

/** A worker of this test, with the lines that it prints. */
class LogWorker {
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor({ repository }: MissionWorld, ...args: readonly string[]) {
    const { root: cwd, env } = repository;
    const child = spawn(process.execPath, [WORKER, ...args], {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => {
        this.lines.push(...text.split('\n').filter(Boolean));
        resolve(code);
      });
    });
  }

  stop(): Promise<number | null> {
    this.#child.stdin?.end();
    return this.ended;
  }
}

function idsIn(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { event_id: string }).event_id);
}

test(
  `${WRITERS} processes append ${TIMES} events each, while others read`,
  { timeout: 240_000 },
  async () => {
    const world = new MissionWorld();
    onTestFinished(() => world.dispose());
    await world.plan([{ id: 'WP01', owns: ['a.txt'] }]);
    const { root } = world.repository;
    const file = path.join(root, world.folder, 'status.events.jsonl');
    const before = idsIn(file);

    const readers = Array.from({ length: READERS }, () => new LogWorker(world, 'read', world.directory));
    const writers = Array.from({ length: WRITERS }, (_, index) => {
      return new LogWorker(world, 'append', world.directory, 'WP01', String(TIMES), `agent-${index}`);
    });
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => 0));
    expect(await Promise.all(readers.map((reader) => reader.stop()))).toEqual(readers.map(() => 0));

    const acknowledged = writers.flatMap(({ lines }) => lines);
    expect(acknowledged).toHaveLength(WRITERS * TIMES);
    expect(acknowledged.filter((line) => line.startsWith('failed'))).toEqual([]);
    const expected = [...before, ...acknowledged].toSorted();
    const journal = path.join(root, '.git', 'spec-kitty', 'journal', `${world.missionId}.jsonl`);
    expect(idsIn(journal).toSorted()).toEqual(expected);
    expect(idsIn(file).toSorted()).toEqual(expected);

    const counts = readers.map(({ lines }) => lines.map(Number));
    // A reader that saw anything torn printed a sentence, which is no number.
    for (const seen of counts) expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(Math.min(...counts.map((seen) => new Set(seen).size))).toBeGreaterThan(5);
    console.log(`${acknowledged.length} events acknowledged; ${counts.flat().length} reads meanwhile`);
    const last = new LogWorker(world, 'read', world.directory);
    await last.stop();
    expect(last.lines.map(Number).at(-1)).toBe(expected.length);
  },
);
