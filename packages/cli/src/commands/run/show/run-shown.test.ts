import { setImmediate as turn } from 'node:timers/promises';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { foldRun } from '@spec-kitty/core/run/run-state';
import { missionView } from '@spec-kitty/testkit/mission-view';
import { expect, onTestFinished, test } from 'vitest';
import { LiveView } from './run-shown.ts';

const at = '2026-01-01T00:00:00.000000Z';
const options = {
  implementers: ['a'],
  reviewer: null,
  maxParallel: 1,
  until: 'merge',
  maxCycles: 1,
  timeoutMs: 1000,
  budget: { usd: null, tokens: null },
} as const;
const ACTOR = { role: 'implementer', agent: 'a', actor: 'a:implementer' } as const;
const STARTED: RunRecord = { at, kind: 'attempt_started', attempt: '1', wp: 'WP25', ...ACTOR };
const TOLD: readonly RunRecord[] = [
  { at, kind: 'run_started', run_id: 'r', options, fence: '' },
  STARTED,
  { at, kind: 'stop_asked' },
];

/** A terminal as far as it is used here: what has left the screen at the top stays as it is. */
class Screen {
  readonly lines = [''];
  columns: number;
  readonly rows: number;
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  readonly write = (text: string): void => {
    const [plain = '', ...rest] = text.split('\u001b[');
    for (const letter of plain) this.#put(letter);
    for (const part of rest) {
      const [, lines, name, letters = ''] = /^(\d*)([A-Z])([^]*)$/.exec(part) ?? [];
      if (name === 'A') this.#row = Math.max(this.lines.length - this.rows, 0, this.#row - Number(lines));
      else {
        this.lines.length = this.#row + 1;
        this.lines[this.#row] = this.lines[this.#row]?.slice(0, this.#column) ?? '';
      }
      for (const letter of letters) this.#put(letter);
    }
  };

  #put(letter: string): void {
    if (letter === '\r') this.#column = 0;
    else if (letter === '\n') this.#next();
    else {
      if (this.#column === this.columns) this.#next();
      this.lines[this.#row] += letter;
      this.#column += 1;
    }
  }

  #next(): void {
    this.#row += 1;
    this.#column = 0;
    this.lines[this.#row] ??= '';
  }
}

/** A view of 30 packages, of which one is worked on. */
async function shown(screen: Screen) {
  const packages = Array.from({ length: 30 }, (_, number) => ({
    id: `WP${number + 1}`.replace(/^WP(.)$/, 'WP0$1'),
  }));
  const view = missionView({ packages, lanes: { 'lane-a': packages.map(({ id }) => id) } });
  const write = screen.write;
  const live = new LiveView(
    { stdout: write, stderr: write, columns: () => screen.columns, rows: () => screen.rows },
    {
      mission: 'm',
      view: () => Promise.resolve(view),
      logOf: String,
      actions: () => ({ last: 'thinks about it at length', atMicros: 0 }),
    },
  );
  onTestFinished(() => live.end());
  for (const [last, record] of TOLD.entries()) {
    const run = foldRun(TOLD.slice(0, last + 1));
    if (run) live.told(record, run);
    await turn();
  }
  return live;
}

test.each([
  { columns: 80, rows: 24 },
  { columns: 22, rows: 10 },
])(
  'in a terminal of $columns columns and $rows rows, the board is drawn once, with what is worked on',
  async (size) => {
    const screen = new Screen(size.columns, size.rows);
    const live = await shown(screen);
    const boards = screen.lines.filter((line) => line.includes('WP  '));
    expect(boards).toHaveLength(1);
    expect(screen.lines.filter((line) => line.startsWith('WP25  '))).toHaveLength(1);
    expect(screen.lines.find((line) => line.startsWith('…'))).toMatch(/^… and \d+ more$/);

    // As the terminal does it for a Ctrl-C.
    screen.write('^C');
    live.say('Ending.\n');
    await turn();
    expect(screen.lines.filter((line) => /^(?:Ending\.|WP  )/.test(line))).toEqual(['Ending.', boards[0]]);
    live.end();
    expect(screen.lines.at(-2)).toBe('Ending.');
    expect(screen.lines.filter((line) => /^(?:WP|…|pay)/.test(line))).toEqual([]);
  },
);
