import { missionBoard } from '@spec-kitty/core/board/mission-board';
import { printable } from '@spec-kitty/core/printable';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Activity } from '@spec-kitty/core/run/run-ports';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import type { Attempt, RunState } from '@spec-kitty/core/run/run-state';
import type { AppContext } from '../../../context.ts';
import { cutTo, width } from '../../../render/table.ts';
import { overviewDocument } from './overview-document.ts';
import { renderOverview } from './render-overview.ts';
import { runEvent } from './run-event.ts';
import { recordSentence } from './run-sentences.ts';

/** Shows a run while it goes on. */
export interface RunShown {
  told(record: RunRecord, run: RunState): void;
  /** Tells a person something on the side; it ends in a newline. */
  say(text: string): void;
  /** Nothing more comes. */
  end(): void;
}

/** What a view of a run looks at. */
export interface Watched {
  readonly mission: string;
  readonly view: () => Promise<MissionView>;
  readonly logOf: (attempt: string) => string;
  readonly actions: (attempt: Attempt) => Omit<Activity, 'usage'>;
}

type Output = Pick<AppContext, 'stdout' | 'stderr'>;

/** One JSON event a line, for programs. */
export function eventLines({ stdout, stderr }: Output, { mission, logOf }: Watched): RunShown {
  return {
    say: stderr,
    told(record, { runId, attempts }) {
      const attempt = 'attempt' in record ? attempts.find(({ id }) => id === record.attempt) : undefined;
      stdout(`${JSON.stringify(runEvent(record, { mission, runId, attempt, logOf }))}\n`);
    },
    end: () => undefined,
  };
}

/** One line for each thing that happens, for pipes and for reading later. */
export function plainLines({ stdout, stderr }: Output): RunShown {
  return {
    say: stderr,
    told(record, { attempts }) {
      const line = lineOf(record, attempts);
      if (line !== undefined) stdout(`${line}\n`);
    },
    end: () => undefined,
  };
}

function lineOf(record: RunRecord, attempts: readonly Attempt[]): string | undefined {
  const attempt = 'attempt' in record ? attempts.find(({ id }) => id === record.attempt) : undefined;
  const same = attempts.filter(({ wp, role }) => wp === attempt?.wp && role === attempt.role);
  const number = same.findIndex(({ id }) => id === attempt?.id) + 1;
  const sentence = recordSentence(record, attempt, number);
  return sentence === undefined ? undefined : `${record.at.slice(11, 19)}  ${printable(sentence)}`;
}

const REDRAW_MS = 1000;
const USUAL_COLUMNS = 100;
const USUAL_ROWS = 40;
/** Of the board without its packages: what it is about, its heading, how many more there are, and where the cursor is. */
const OTHER_ROWS = 6;

type Terminal = Output & Pick<AppContext, 'columns' | 'rows'>;

/** The board with what everybody is at, drawn anew each second below the lines of what has happened. */
export class LiveView implements RunShown {
  readonly #context: Terminal;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  #run: RunState | undefined;
  #view: Promise<MissionView> | undefined;
  #drawn: readonly string[] = [];
  #ended = false;

  constructor(context: Terminal, watched: Watched) {
    this.#context = context;
    this.#watched = watched;
    this.#timer = setInterval(() => void this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  told(record: RunRecord, run: RunState): void {
    this.#run = run;
    // Only what the run does itself is looked up at once; what people do meanwhile is seen at its next step.
    this.#view = undefined;
    const line = lineOf(record, run.attempts);
    this.#erase();
    if (line !== undefined) this.#context.stdout(`${line}\n`);
    void this.#draw();
  }

  say(text: string): void {
    this.#erase();
    this.#context.stderr(text);
    void this.#draw();
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#erase();
  }

  async #draw(): Promise<void> {
    const run = this.#run;
    if (run === undefined || this.#ended) return;
    this.#view ??= this.#watched.view();
    const view = await this.#view.catch(() => undefined);
    // The board is for looking at; whatever cannot be read now keeps nobody from working.
    if (view === undefined || this.#ended) return;
    const nowMs = Date.now();
    const board = missionBoard(view, nowMs * 1000);
    const document = overviewDocument({ view, board, run, isRunning: true }, this.#watched.actions);
    this.#erase();
    const { columns, rows } = this.#size;
    const below = document.conflicts.length + document.found.length;
    const room = Math.max(1, rows - OTHER_ROWS - Math.min(below, Math.floor(rows / 4)));
    // A line that wraps, or has left the screen, could not be erased.
    this.#drawn = printable(renderOverview(document, nowMs, room))
      .split('\n')
      .slice(0, Math.max(1, rows - 1))
      .map((line) => cutTo(columns - 1, line));
    this.#context.stderr(this.#drawn.map((line) => `${line}\n`).join(''));
  }

  get #size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#context;
    return { columns: columns?.() || USUAL_COLUMNS, rows: rows?.() || USUAL_ROWS };
  }

  #erase(): void {
    // In a terminal that is narrower by now, they have wrapped. A Ctrl-C has left its sign on the line of the cursor.
    const { columns } = this.#size;
    const lines = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
    if (lines > 0) this.#context.stderr(`\r\u001b[${lines}A\u001b[J`);
    this.#drawn = [];
  }
}
